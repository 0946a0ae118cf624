import type { Nic } from '../../model/network.ts'
import {
  type Format,
  type FormatReader,
  MAX_ENTRIES,
  originAt,
  type ReadContext,
  startTrouble,
  wholeNumber,
} from '../format.ts'
import { type Draft, networkOf } from './network-of.ts'

/**
 * Read `ethtool`, `ethtool -S`, `-k` and `-i`.
 * Shape:  a head (`Settings for eth0:`, `NIC statistics:`, `Features for eth0:`, `driver: veth`), `name: value` below
 * Units:  speed in Mb/s; counters since the driver was loaded
 * Gaps:   -S and -i do not name the interface: it is the command's argument, or unknown: then `?`
 */
export const ethtool: Format = {
  name: 'ethtool',
  opens: (text) => kindOf(text) !== null,
  read: startEthtool,
}

type Kind = 'settings' | 'counters' | 'features' | 'driver'

function kindOf(text: string): Kind | null {
  if (/^Settings for \S{1,64}:$/.test(text.trimEnd())) return 'settings'
  if (/^NIC statistics:\s*$/.test(text)) return 'counters'
  if (/^(?:Features|Offload parameters) for \S{1,64}:$/.test(text.trimEnd())) return 'features'
  return /^driver: \S{1,64}$/.test(text.trimEnd()) ? 'driver' : null
}

function startEthtool(context: ReadContext): FormatReader {
  const nics: Draft<Nic>[] = []
  const trouble = startTrouble(context)
  const asked = context.args.find((arg) => /^[A-Za-z][\w.@-]{0,31}$/.test(arg)) ?? '?'
  let kind: Kind | null = null
  let entries = 0
  let counters: Record<string, number> = {}
  let features: Record<string, boolean> = {}
  const begin = (name: string, line: number): Draft<Nic> => {
    counters = {}
    features = {}
    const nic = {
      name,
      driver: null,
      speed: null,
      linkDetected: null,
      counters,
      features,
      origin: originAt(context, line),
    }
    if (nics.length < MAX_ENTRIES) nics.push(nic)
    return nic
  }
  return {
    take(text, line) {
      const opens = kindOf(text)
      if (opens) {
        kind = opens
        const nic = begin(/ for (\S{1,64}):/.exec(text)?.[1] ?? asked, line)
        if (opens === 'driver') nic.driver = text.trim().slice(8)
        return true
      }
      const nic = nics.at(-1)
      if (!nic || kind === null) return false
      const pair = /^(\s{0,20})([^:]{1,100}):\s{0,40}(\S.{0,400})?$/.exec(text.trimEnd())
      // `Supported link modes:` goes on below without a colon.
      if (!pair) return kind === 'settings' && /^\s+\S/.test(text)
      const [, indent = '', name = '', value = ''] = pair
      if (kind === 'driver') return DRIVER_FIELDS.test(name)
      if (indent === '' && kind !== 'features') return false
      if (kind === 'counters') {
        const number = wholeNumber(value)
        if (number === null) trouble.warn(line, `${name.trim()}: not a whole number below 2^53`)
        else if (entries++ < MAX_ENTRIES) counters[name.trim()] = number
      } else if (kind === 'features') {
        const state = /^(on|off)(?:\s|$)/.exec(value)?.[1]
        if (state === undefined) return false
        if (entries++ < MAX_ENTRIES) features[name.trim()] = state === 'on'
      } else if (name === 'Speed') nic.speed = wholeNumber(/^(\d{1,9})Mb\/s$/.exec(value)?.[1] ?? '')
      else if (name === 'Link detected')
        nic.linkDetected = value === 'yes' ? true : value.startsWith('no') ? false : null
      return true
    },
    finish: () => trouble.result(nics.length > 0 ? [networkOf({ nics })] : []),
  }
}

const DRIVER_FIELDS =
  /^(?:version|firmware-version|expansion-rom-version|bus-info|supports-(?:statistics|test|eeprom-access|register-dump|priv-flags))$/

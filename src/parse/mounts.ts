import type { Mount } from '../model/machine.ts'
import { MAX_ROW, wordsOf } from './columns.ts'
import { type Format, type FormatReader, MAX_ENTRIES, originAt, type ReadContext, startTrouble } from './format.ts'

/**
 * Read `mount`, `/proc/mounts`, `/proc/PID/mountinfo`, `findmnt`, `nfsstat -m`.
 * Shape:  one Mount a line, in order; later mounts may hide earlier ones
 * Gaps:   of mountinfo the root of a bind mount is not kept
 * Errors: what does not have the form is none of its own
 * Source: proc(5); util-linux sys-utils/mount.c; busybox util-linux/mount.c; nfs-utils utils/nfsstat
 */
export const mounts: Format = {
  name: 'mounts',
  opens: (text) => text.length < MAX_ROW && (readMount(text) !== null || isFindmntHead(text)),
  read: startMounts,
}

type Told = Omit<Mount, 'origin'>

const readMount = (text: string): Told | null => byMount(text) ?? byMountinfo(text) ?? byProcMounts(text)

/** `10.0.0.5:/x on /mnt type nfs4 (rw,hard,…)`; a label `[x]` may follow. */
function byMount(text: string): Told | null {
  const on = text.indexOf(' on /')
  const type = text.indexOf(' type ', on)
  const open = text.indexOf(' (', type)
  const close = text.indexOf(')', open)
  if (on < 1 || type < 0 || open < 0 || close < 0 || /^\s/.test(text)) return null
  const kind = text.slice(type + 6, open)
  if (!/^[\w.-]{1,40}$/.test(kind) || (/\s/.test(text.slice(0, on)) && !text.startsWith('/'))) return null
  return {
    device: text.slice(0, on),
    path: text.slice(on + 4, type),
    type: kind,
    options: optionsOf(text.slice(open + 2, close)),
  }
}

/** `dev /path type opts 0 0`. */
function byProcMounts(text: string): Told | null {
  const [device = '', path = '', type = '', options = '', dump, pass, ...rest] = wordsOf(text)
  if (dump !== '0' || !/^[012]$/.test(pass ?? '') || rest.length > 0) return null
  if (!path.startsWith('/') || !/^r[wo](?:,|$)/.test(options)) return null
  return { device: unescaped(device), path: unescaped(path), type, options: optionsOf(options) }
}

/** `36 35 98:0 /root /mnt rw,noatime master:1 - ext3 /dev/root rw`. */
function byMountinfo(text: string): Told | null {
  const words = wordsOf(text)
  const dash = words.indexOf('-', 6)
  const [id = '', parent = '', device = '', , path = '', own = ''] = words
  if (dash < 0 || words.length < dash + 3 || !/^\d+:\d+$/.test(device) || !/^\d+$/.test(id + parent)) return null
  const options = [...optionsOf(own), ...optionsOf(words[dash + 3] ?? '')]
  return {
    device: unescaped(words[dash + 2] ?? ''),
    path: unescaped(path),
    type: words[dash + 1] ?? '',
    options: [...new Set(options)],
  }
}

const optionsOf = (text: string): readonly string[] => text.split(',').filter((one) => one !== '')

/** The kernel writes blanks in names as `\040`. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

const isFindmntHead = (text: string) => /^TARGET\s+SOURCE\s+FSTYPE\s+OPTIONS\s*$/.test(text)

function startMounts(context: ReadContext): FormatReader {
  const found: Mount[] = []
  const trouble = startTrouble(context)
  let table = false
  let from: { readonly device: string; readonly path: string; readonly line: number } | null = null
  const put = (mount: Told, line: number) => {
    if (found.length < MAX_ENTRIES) found.push({ ...mount, origin: originAt(context, line) })
    return true
  }
  return {
    take(text, line) {
      if (text.length > MAX_ROW) return false
      if (isFindmntHead(text)) {
        table = true
        return true
      }
      if (table) {
        const [path = '', device = '', type = '', options = '', ...rest] = wordsOf(
          text.replace(/^[\s│├└─|`-]{1,80}(?=\/)/, ''),
        )
        if (rest.length > 0 || !path.startsWith('/') || !/^r[wo](?:,|$)/.test(options)) return false
        return put({ device, path, type, options: optionsOf(options) }, line)
      }
      // nfsstat -m: `/mnt from server:/export`, and on the next line its flags.
      const flags = /^\s{0,4}Flags:\s+(\S+)$/.exec(text)?.[1]
      if (flags !== undefined && from) {
        const version = /(?:^|,)vers=(\d)/.exec(flags)?.[1]
        return put(
          { device: from.device, path: from.path, type: version === '4' ? 'nfs4' : 'nfs', options: optionsOf(flags) },
          from.line,
        )
      }
      const named = /^(\/\S{0,1000}) from (\S{1,500}:\/\S{0,500})$/.exec(text)
      if (named) {
        from = { path: named[1] ?? '', device: named[2] ?? '', line }
        return true
      }
      const mount = readMount(text)
      return mount !== null && put(mount, line)
    },
    finish: () => trouble.result(found.length > 0 ? [{ question: 'machine', machine: { mounts: found } }] : []),
  }
}

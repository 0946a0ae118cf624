import type { NodeFacts, Sourced } from '../model/snapshot.ts'
import { type Format, type FormatReader, originAt, type ReadContext } from './format.ts'

type Facts = { -readonly [K in keyof NodeFacts]?: NodeFacts[K] }

/**
 * Read what says which machine this is: `uname`, `hostname`, `lsb_release`, `/etc/os-release` and its older kin, `nproc`.
 * Shape:  whatever of NodeFacts stands there
 * Gaps:   `uname -r` and `hostname` print a bare word: it is taken only behind that command
 */
export const nodeFacts: Format = {
  name: 'node-facts',
  opens: (text) => readUname(text) !== null || /^(?:PRETTY_NAME=|Description:\s|Distributor ID:\s)/.test(text),
  read: startNodeFacts,
}

/** `Linux node1 4.4.41-k8s #1 SMP …`: nodename and release stand second and third. */
function readUname(text: string): { name: string; kernel: string } | null {
  const words = /^Linux (\S{1,253}) (\d+\.\d+\S{0,100})(?: #\d+\S* .{0,300})?$/.exec(text)
  return words ? { name: words[1] ?? '', kernel: words[2] ?? '' } : null
}

function startNodeFacts(context: ReadContext): FormatReader {
  const facts: Facts = {}
  let program = (/(?:^|[\s/])(uname|hostname|hostnamectl|nproc|lsb_release)(?:\s|$)/.exec(context.command ?? '') ??
    [])[1]
  const sourced = (value: string, line: number): Sourced<string> => ({ value, origin: originAt(context, line) })
  return {
    take(text, line) {
      if (text.length > 400) return false
      const uname = readUname(text)
      if (uname) {
        if (facts.kernel !== undefined) return false
        facts.name = uname.name
        facts.kernel = sourced(uname.kernel, line)
        return true
      }
      const [key = '', value = ''] = splitPair(text)
      if (key === 'PRETTY_NAME' || (key === 'Description' && program === 'lsb_release') || key === 'Operating System') {
        facts.os = sourced(value.replace(/^"|"$/g, ''), line)
        return true
      }
      if (key === 'Kernel' && value.startsWith('Linux ')) {
        facts.kernel = sourced(value.slice(6), line)
        return true
      }
      // `lsb_release -a` begins with a key that nothing else prints.
      if (key === 'Distributor ID') program ??= 'lsb_release'
      if (
        isRelease(text) ||
        (program === 'lsb_release' && /^"?[A-Z][\w/. -]{3,60}(?: \([\w. ]{2,40}\))?"?$/.test(text))
      ) {
        facts.os ??= sourced(text.trim().replace(/^"|"$/g, ''), line)
        return true
      }
      if (program === 'hostnamectl' || program === 'lsb_release') return key !== '' || /^No LSB modules/.test(text)
      if (/^[A-Z_]+=/.test(text)) return true
      if (program === 'uname' && /^\d+\.\d+\S*$/.test(text)) facts.kernel = sourced(text, line)
      else if (program === 'hostname' && /^[\w.-]{1,253}$/.test(text)) facts.name = text
      else if (program === 'nproc' && /^\d{1,5}$/.test(text)) facts.cores = Number(text)
      else return false
      return true
    },
    finish: () => ({
      content: Object.keys(facts).length > 0 ? [{ question: 'node', facts }] : [],
      warnings: [],
      lost: 0,
    }),
  }
}

/** `CentOS Linux release 7.9.2009 (Core)`, as /etc/redhat-release has it. */
const isRelease = (text: string) =>
  /^(?:CentOS|Red Hat|Rocky|Alma|Fedora|Oracle|Amazon|Anolis|openEuler|Kylin|Scientific|TencentOS|Alibaba)[\w ().-]{0,60} release \d[\w. ()-]{0,60}$/.test(
    text,
  )

function splitPair(text: string): readonly [string?, string?] {
  const at = text.search(/[:=]/)
  return at < 0 ? [] : [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}

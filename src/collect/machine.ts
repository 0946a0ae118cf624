import type { Content } from '../model/block.ts'
import type { Machine } from '../model/machine.ts'
import type { Coverage, Part } from '../model/part.ts'
import { diskstats } from '../parse/diskstats.ts'
import type { Format } from '../parse/format.ts'
import { kernelLog } from '../parse/kernel-log.ts'
import { mountstats } from '../parse/mountstats.ts'
import { neighbourStat } from '../parse/neighbour-stat.ts'
import { pressure } from '../parse/pressure.ts'
import { procStat } from '../parse/proc-stat.ts'
import { uptime } from '../parse/uptime.ts'
import type { Answer } from '../sys/host.ts'
import {
  type ContentAnswer,
  contentsOf,
  isText,
  ok,
  type TextAnswer,
  uniteProvenance,
  wholly,
  whyNothing,
} from './answers.ts'

const NOTHING: Machine = {
  load: null,
  cpu: [],
  memory: null,
  pressure: [],
  mounts: [],
  nfs: [],
  disks: [],
  kernelLog: [],
  limits: [],
  syscalls: [],
  backlogs: [],
  cpuTotals: [],
  diskTotals: [],
  cgroups: [],
  neighbourTables: [],
  acceptErrors: [],
}

/**
 * What the tools that look at the machine printed, side by side.
 * Shape:  lists one after the other as they stand in the input; of load and memory the first
 * Gaps:   the coverage names the topics that an unfiltered output told; a topic without any output is not among them
 */
export function collectMachine(answers: readonly Answer[]): Part<Machine> {
  const told = [...contentsOf(answers, 'machine'), ...answers.filter(isText).flatMap(readText)]
  if (told.length === 0) return whyNothing(answers, 'machine')
  const parts = told.map((one) => one.content.machine)
  const machine: Machine = {
    load: parts.find((one) => one.load)?.load ?? NOTHING.load,
    memory: parts.find((one) => one.memory)?.memory ?? NOTHING.memory,
    cpu: parts.flatMap((one) => one.cpu ?? []),
    pressure: parts.flatMap((one) => one.pressure ?? []),
    mounts: parts.flatMap((one) => one.mounts ?? []),
    nfs: parts.flatMap((one) => one.nfs ?? []),
    disks: parts.flatMap((one) => one.disks ?? []),
    kernelLog: parts.flatMap((one) => one.kernelLog ?? []),
    limits: parts.flatMap((one) => one.limits ?? []),
    syscalls: parts.flatMap((one) => one.syscalls ?? []),
    backlogs: parts.flatMap((one) => one.backlogs ?? []),
    cpuTotals: parts.flatMap((one) => one.cpuTotals ?? []),
    diskTotals: parts.flatMap((one) => one.diskTotals ?? []),
    cgroups: parts.flatMap((one) => one.cgroups ?? []),
    neighbourTables: parts.flatMap((one) => one.neighbourTables ?? []),
    acceptErrors: parts.flatMap((one) => one.acceptErrors ?? []),
  }
  const whole = told
    .filter((one) => one.coverage.some((set) => set.of === 'all'))
    .flatMap((one) => Object.keys(one.content.machine))
  const coverage: readonly Coverage[] = whole.length > 0 ? [{ of: 'keys', keys: [...new Set(whole)] }] : []
  // One whole output makes no other one whole.
  const denied = answers.flatMap((one) => (one.ok ? [] : [one.detail]))
  const cuts = [...new Set([...told.flatMap((one) => one.cuts), ...denied])]
  return ok(machine, { ...uniteProvenance(told), coverage, cuts })
}

type Told = ContentAnswer & { readonly content: Extract<Content, { question: 'machine' }> }

/** A live machine's files, by the readers that transcripts have. */
function readText({ via, format, file, text }: TextAnswer): readonly Told[] {
  const reader = FORMATS[format]?.read({ file, command: null, args: [file], filtered: false })
  for (const [index, line] of text.split('\n').entries()) reader?.take(line, index + 1)
  const contents = (reader?.finish().content ?? []).map(onlyStored)
  return contents.flatMap((content) =>
    content.question === 'machine' ? [{ ok: true, content, place: null, ...wholly(via) }] : [],
  )
}

/** A node of many pods has thousands of mounts of the kernel's own; those on a disk or a server are of interest. */
function onlyStored(content: Content): Content {
  if (content.question !== 'machine' || !content.machine.mounts) return content
  const mounts = content.machine.mounts.filter(({ device, type }) => /[:/]/.test(device) || type.startsWith('fuse'))
  return { question: 'machine', machine: { ...content.machine, mounts } }
}

/** Formats of a live machine's files, by the host's names for them. */
const FORMATS: Readonly<Record<string, Format>> = {
  'proc-loadavg': uptime,
  'proc-pressure/cpu': pressure,
  'proc-pressure/io': pressure,
  'proc-pressure/memory': pressure,
  'proc-stat': procStat,
  'proc-diskstats': diskstats,
  'proc-1/net/stat/arp_cache': neighbourStat,
  'proc-1/net/stat/ndisc_cache': neighbourStat,
  'proc-mountstats': mountstats,
  kmsg: kernelLog,
}

import { describe, expect, it } from 'vitest'
import { machineOf, NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { neighbourStat } from './neighbour-stat.ts'

/** Linux 6.18, two CPUs. */
const HEAD =
  'entries  allocs   destroys hash_grows lookups  hits     res_failed rcv_probes_mcast rcv_probes_ucast periodic_gc_runs forced_gc_runs unresolved_discards table_fulls'
const TEXT = `${HEAD}
00000402 00000ba5 00000b3b 00000000   00001848 0000015e 00000002   00000000         00000000         00000000         00000010       00000003            0000000a
00000402 00000bbb 00000c23 00000002   0000194e 000001da 00000004   00000000         00000000         000002e9         00000001       00000000            00000001`
/** Linux 3.10. */
const OLD = `entries  allocs destroys hash_grows  lookups hits  res_failed  rcv_probes_mcast rcv_probes_ucast  periodic_gc_runs forced_gc_runs
0000000a  00000000 00000000 00000000  00000000 00000000  00000000  00000000 00000000  00000000 00000005`

describe('/proc/net/stat/arp_cache', () => {
  it('entries once, counters of all CPUs', () => {
    const { neighbourTables } = machineOf(under(neighbourStat, 'cat /proc/net/stat/arp_cache', TEXT))
    expect(neighbourTables).toMatchObject([
      { table: 'arp_cache', entries: 1026, forcedCollections: 17, discards: 3, overflows: 11 },
    ])
  })

  it('both tables, told apart by the paths', () => {
    const command = 'cat /proc/net/stat/arp_cache /proc/net/stat/ndisc_cache'
    const { neighbourTables = [] } = machineOf(under(neighbourStat, command, `${TEXT}\n${TEXT}`))
    expect(neighbourTables.map((one) => one.table)).toEqual(['arp_cache', 'ndisc_cache'])
  })

  it('columns that an old kernel lacks are not known', () => {
    const { neighbourTables } = machineOf(under(neighbourStat, null, OLD))
    expect(neighbourTables).toMatchObject([{ entries: 10, forcedCollections: 5, overflows: null, discards: null }])
  })

  it('opens at its head only', () => {
    for (const line of [...NO_OUTPUT, 'entries allocs']) expect(neighbourStat.opens(line)).toBe(false)
    expect(neighbourStat.opens(HEAD)).toBe(true)
  })

  it('never throws or invents', () => neverInvents(neighbourStat, 'cat /proc/net/stat/arp_cache', TEXT))
})

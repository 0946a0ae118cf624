import { z } from 'zod'

const count = z.number().nonnegative()

/** Machine as a zod schema. `origin` and `podRef` are the model's own, as schema.ts spells them. */
export function machineSchema<O extends z.ZodType, P extends z.ZodType>(origin: O, podRef: P) {
  const span = z.enum(['interval', 'since-boot', 'unknown'])
  const limitValue = z.union([count, z.literal('unlimited')]).nullable()
  return z.object({
    load: z.object({ minute1: count, minutes5: count, minutes15: count, origin }).nullable(),
    cpu: z.array(
      z.object({
        span,
        cpu: z.string(),
        user: count.nullable(),
        system: count.nullable(),
        idle: count.nullable(),
        iowait: count.nullable(),
        steal: count.nullable(),
        softirq: count.nullable(),
        runQueue: count.nullable(),
        blocked: count.nullable(),
        origin,
      }),
    ),
    memory: z
      .object({
        totalBytes: count.nullable(),
        usedBytes: count.nullable(),
        freeBytes: count.nullable(),
        availableBytes: count.nullable(),
        swapTotalBytes: count.nullable(),
        swapUsedBytes: count.nullable(),
        origin,
      })
      .nullable(),
    pressure: z.array(
      z.object({
        resource: z.enum(['cpu', 'io', 'memory', 'irq', 'unknown']),
        kind: z.enum(['some', 'full']),
        cgroup: z.string().nullable(),
        avg10: count,
        avg60: count,
        avg300: count,
        totalUs: count.nullable(),
        origin,
      }),
    ),
    mounts: z.array(
      z.object({ device: z.string(), path: z.string(), type: z.string(), options: z.array(z.string()), origin }),
    ),
    nfs: z.array(
      z.object({
        span,
        mount: z.string().nullable(),
        server: z.string().nullable(),
        operation: z.string(),
        count: count.nullable(),
        perSecond: count.nullable(),
        retransmissions: count.nullable(),
        timeouts: count.nullable(),
        errors: count.nullable(),
        queueMs: count.nullable(),
        rttMs: count.nullable(),
        executeMs: count.nullable(),
        origin,
      }),
    ),
    disks: z.array(
      z.object({
        span,
        device: z.string(),
        readsPerSecond: count.nullable(),
        writesPerSecond: count.nullable(),
        readAwaitMs: count.nullable(),
        writeAwaitMs: count.nullable(),
        awaitMs: count.nullable(),
        queueLength: count.nullable(),
        utilisation: count.nullable(),
        origin,
      }),
    ),
    kernelLog: z.array(
      z.object({
        kind: z.enum([
          'syn-flooding',
          'conntrack-full',
          'neighbour-overflow',
          'tcp-out-of-memory',
          'too-many-orphans',
          'time-wait-overflow',
          'martian',
          'bad-checksum',
          'hung-task',
          'file-table-full',
          'nfs-not-responding',
          'nfs-ok',
          'oom-kill',
          'other',
        ]),
        when: z.string().nullable(),
        sinceBootSeconds: count.nullable(),
        port: count.nullable(),
        answer: z.enum(['cookies', 'dropping']).nullable(),
        who: z.string().nullable(),
        pid: count.nullable(),
        text: z.string(),
        origin,
      }),
    ),
    limits: z.array(z.object({ name: z.string(), soft: limitValue, hard: limitValue, pid: count.nullable(), origin })),
    syscalls: z.array(
      z.object({
        syscall: z.string(),
        calls: count,
        errors: count,
        seconds: count.nullable(),
        longestSeconds: count.nullable(),
        unfinished: count,
        errorNames: z.record(z.string(), count),
        pid: count.nullable(),
        origin,
      }),
    ),
    backlogs: z.array(
      z.object({
        program: z.enum(['nginx', 'haproxy', 'redis', 'apache']),
        setting: z.string(),
        address: z.string().nullable(),
        port: count.nullable(),
        value: count,
        origin,
      }),
    ),
    ...countersSchema(origin, podRef),
  })
}

/** What counts since boot, and what stands at a limit. */
function countersSchema<O extends z.ZodType, P extends z.ZodType>(origin: O, podRef: P) {
  const orUnlimited = z.union([count, z.literal('unlimited')]).nullable()
  return {
    cpuTotals: z.array(
      z.object({
        cpu: z.string(),
        user: count,
        system: count,
        idle: count,
        iowait: count,
        irq: count,
        softirq: count,
        steal: count,
        running: count.nullable(),
        blocked: count.nullable(),
        origin,
      }),
    ),
    diskTotals: z.array(
      z.object({
        device: z.string(),
        reads: count,
        writes: count,
        readMs: count,
        writeMs: count,
        inFlight: count,
        busyMs: count,
        origin,
      }),
    ),
    cgroups: z.array(
      z.object({
        path: z.string(),
        version: z.union([z.literal(1), z.literal(2)]),
        pod: podRef.nullable(),
        cpu: z
          .object({
            quotaUs: orUnlimited,
            periodUs: count.nullable(),
            periods: count.nullable(),
            throttledPeriods: count.nullable(),
            throttledUs: count.nullable(),
          })
          .nullable(),
        memory: z
          .object({
            usedBytes: count.nullable(),
            limitBytes: orUnlimited,
            limitHits: count.nullable(),
            oomKills: count.nullable(),
          })
          .nullable(),
        origin,
      }),
    ),
    neighbourTables: z.array(
      z.object({
        table: z.enum(['arp_cache', 'ndisc_cache']),
        entries: count,
        forcedCollections: count.nullable(),
        overflows: count.nullable(),
        discards: count.nullable(),
        origin,
      }),
    ),
    acceptErrors: z.array(
      z.object({
        program: z.string().nullable(),
        pid: count.nullable(),
        port: count.nullable(),
        error: z.enum(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']),
        when: z.string().nullable(),
        text: z.string(),
        origin,
      }),
    ),
  }
}

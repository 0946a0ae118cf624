import type { CpuSample } from '../model/machine.ts'

/** A sample of which only `told` is known. */
export const cpuSample = (
  told: Pick<CpuSample, 'span' | 'origin'> & { readonly [K in keyof CpuSample]?: CpuSample[K] },
): CpuSample => ({
  cpu: 'all',
  user: null,
  system: null,
  idle: null,
  iowait: null,
  steal: null,
  softirq: null,
  runQueue: null,
  blocked: null,
  ...told,
})

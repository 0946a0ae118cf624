import type { Glossary } from './define-term.ts'
import { CONNTRACK_SYSCTLS } from './sysctls/conntrack.ts'
import { CONNTRACK_TIMEOUTS } from './sysctls/conntrack-timeouts.ts'
import { DEVICE_SYSCTLS } from './sysctls/devices.ts'
import { FILE_SYSCTLS } from './sysctls/files.ts'
import { FORWARDING_SYSCTLS } from './sysctls/forwarding.ts'
import { IPVS_SYSCTLS } from './sysctls/ipvs.ts'
import { KEEPALIVE_SYSCTLS } from './sysctls/keepalive.ts'
import { MEMORY_SYSCTLS } from './sysctls/memory.ts'
import { PORT_SYSCTLS } from './sysctls/ports.ts'
import { QUEUE_SYSCTLS } from './sysctls/queues.ts'
import { RARE_SYSCTLS } from './sysctls/rare.ts'
import { SYN_SYSCTLS } from './sysctls/syn.ts'
import { TIME_WAIT_SYSCTLS } from './sysctls/time-wait.ts'

/** Settings that rules judge by or remedies name, and those that people turn for the wrong reason. `*` stands for an interface. */
export const SYSCTLS: Glossary = {
  kind: 'sysctl',
  terms: [
    ...QUEUE_SYSCTLS,
    ...SYN_SYSCTLS,
    ...TIME_WAIT_SYSCTLS,
    ...KEEPALIVE_SYSCTLS,
    ...MEMORY_SYSCTLS,
    ...PORT_SYSCTLS,
    ...CONNTRACK_SYSCTLS,
    ...CONNTRACK_TIMEOUTS,
    ...FORWARDING_SYSCTLS,
    ...IPVS_SYSCTLS,
    ...DEVICE_SYSCTLS,
    ...FILE_SYSCTLS,
    ...RARE_SYSCTLS,
  ],
}

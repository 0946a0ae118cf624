import { expect, it } from 'vitest'
import { at, kernel, netns, ok, podNetns, snapshot, sysctls } from '../../test/rules/snapshot-builder.ts'
import { ask, viewOf } from '../../test/rules/test-rule.ts'
import { everySysctl, hostSysctl, SOMAXCONN, somaxconnBase, sysctl } from './sysctls.ts'

const host = netns({ sysctls: sysctls({ [SOMAXCONN]: 32768, 'net.ipv4.tcp_rmem': '4096 131072 6291456' }) })
const pod = podNetns({ sysctls: sysctls({ [SOMAXCONN]: 128 }) })

it('reads the value of the view’s own namespace, and the host’s', () => {
  expect(ask(sysctl(SOMAXCONN), snapshot([pod, host]))).toMatchObject({
    value: { number: 128, netns: 'pod 0b1c', carried: false, origin: at(900, `sysctl ${SOMAXCONN}`) },
  })
  expect(ask(hostSysctl(SOMAXCONN), snapshot([pod, host]))).toMatchObject({ value: { number: 32768, netns: 'host' } })
})

it('keeps what is no single number as it was printed', () => {
  expect(ask(sysctl('net.ipv4.tcp_rmem'), snapshot(host))).toMatchObject({
    value: { value: '4096 131072 6291456', number: null },
  })
})

it('is missing, never 0, where nobody read it', () => {
  expect(ask(sysctl('net.ipv4.tcp_syncookies'), snapshot(host)).ok).toBe(false)
  expect(ask(sysctl(SOMAXCONN), snapshot(netns())).ok).toBe(false)
  expect(ask(hostSysctl(SOMAXCONN), snapshot(pod)).ok).toBe(false)
})

it('knows a value that was carried over from an earlier place', () => {
  const lines = [950, 999] as const
  expect(ask(sysctl(SOMAXCONN), snapshot(pod, { lines }))).toMatchObject({ value: { carried: true } })
  const said = podNetns({ sysctls: { ...ok({ values: { [SOMAXCONN]: '128' }, origins: {} }), via: 'carried' } })
  expect(ask(sysctl(SOMAXCONN), snapshot(said))).toMatchObject({ value: { carried: true, origin: { via: 'carried' } } })
})

it('finds every value: other namespaces of this reading, this namespace earlier', () => {
  const view = viewOf({
    readings: [snapshot([podNetns({ sysctls: sysctls({ [SOMAXCONN]: 511 }) }), host]), snapshot([pod, host])],
  })
  expect(everySysctl(view, SOMAXCONN).map((one) => [one.number, one.carried])).toEqual([
    [128, false],
    [32768, false],
    [511, true],
  ])
})

it.each([
  ['the host’s, where it is the larger', snapshot([pod, host], { node: kernel('6.1.0') }), 32768],
  [
    'the kernel’s, where the host has less',
    snapshot([pod, netns({ sysctls: sysctls({ [SOMAXCONN]: 1024 }) })], { node: kernel('5.4.0') }),
    4096,
  ],
  ['the kernel’s, up to 5.3', snapshot(netns(), { node: kernel('5.3.18') }), 128],
])('is held against %s', (_, reading, value) => {
  expect(ask(somaxconnBase, reading)).toMatchObject({ ok: true, value: { value }, incomplete: null })
})

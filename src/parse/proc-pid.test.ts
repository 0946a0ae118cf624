import { describe, expect, it } from 'vitest'
import { parseCgroupPath, parseFileLimit, parsePodCgroup, parseProcStat, parseSchedstat } from './proc-pid.ts'

const ID = 'ab'.repeat(32)
const OTHER = '12'.repeat(32)
const UID = '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0'
const UNDER = UID.replaceAll('-', '_')

describe('pods in cgroup paths', () => {
  it.each([
    [
      'systemd, containerd',
      `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UNDER}.slice/cri-containerd-${ID}.scope`,
      UID,
      ID,
    ],
    ['systemd, CRI-O', `0::/kubepods.slice/kubepods-pod${UNDER}.slice/crio-${ID}.scope/container`, UID, ID],
    ['systemd, Docker', `12:pids:/kubepods.slice/kubepods-besteffort-pod${UNDER}.slice/docker-${ID}.scope`, UID, ID],
    [
      'systemd, containerd as named by its own cgroup driver',
      `1:name=systemd:/kubepods-burstable-pod${UNDER}.slice:cri-containerd:${ID}`,
      UID,
      ID,
    ],
    ['cgroupfs', `4:memory:/kubepods/burstable/pod${UID}/${ID}`, UID, ID],
    ['cgroupfs, guaranteed', `11:cpu,cpuacct:/kubepods/pod${UID}/${ID}`, UID, ID],
    ['a static pod', `0::/kubepods/burstable/pod${'c'.repeat(32)}/${ID}`, 'c'.repeat(32), ID],
    ['the pod itself', `0::/kubepods/pod${UID}`, UID, null],
    [
      'kind',
      `0::/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${UNDER}.slice/cri-containerd-${ID}.scope`,
      UID,
      ID,
    ],
    [
      'kind, whose node is a container',
      `11:pids:/docker/${OTHER}/kubelet/kubepods/besteffort/pod${UID}/${ID}`,
      UID,
      ID,
    ],
    [
      'kind, systemd',
      `0::/docker/${OTHER}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${UNDER}.slice/cri-containerd-${ID}.scope`,
      UID,
      ID,
    ],
    ['a container within a container', `0::/kubepods/burstable/pod${UID}/${ID}/docker/${OTHER}`, UID, ID],
    ['systemd within a container', `0::/kubepods/burstable/pod${UID}/${ID}/init.scope`, UID, ID],
    [
      'containerd below its own service',
      `0::/system.slice/containerd.service/kubepods-burstable-pod${UNDER}.slice:cri-containerd:${ID}`,
      UID,
      ID,
    ],
    ['k3s, cgroupfs below a service', `9:devices:/system.slice/k3s.service/kubepods/pod${UID}/${ID}`, UID, ID],
    [
      'CRI-O, who watches a container',
      `0::/kubepods.slice/kubepods-pod${UNDER}.slice/crio-conmon-${ID}.scope`,
      UID,
      ID,
    ],
    ['another container of our own pod', `0::/../cri-containerd-${ID}.scope`, null, ID],
    ['cgroupfs, seen from another pod', `0::/../../pod${UID}/${ID}`, UID, ID],
  ])('%s', (_, text, uid, containerId) => {
    expect(parsePodCgroup(`13:cpuset:/\n${text}\n`)).toEqual({ uid, containerId, namespace: null, name: null })
  })

  it.each([
    ['0::/'],
    [`0::/system.slice/docker-${ID}.scope`],
    ['0::/user.slice'],
    [`0::/docker/${ID}`],
    [`0::/machine.slice/libpod-${ID}.scope/container`],
    [`0::/machine.slice/machine-libpod_pod_${ID}.slice/libpod-${OTHER}.scope`],
    [`0::/default/${ID}`],
    [`0::/docker/${OTHER}/kubelet.slice/kubelet.service`],
    ['0::/kubepods.slice'],
    ['0::/kubepods/burstable'],
    ['0::/system.slice/kubelet.service'],
    [`0::/../../system.slice/docker-${ID}.scope`],
    [''],
  ])('none: %s', (text) => {
    expect(parsePodCgroup(text)).toBeNull()
  })
})

it('stat: the name may hold parentheses and blanks', () => {
  const rest = 'S 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4242 1 2'
  expect(parseProcStat(`7 (a) (b) c) ${rest}`)).toEqual({
    pid: 7,
    comm: 'a) (b) c',
    state: 'S',
    startTicks: 4242,
    kernelThread: false,
  })
  expect(parseProcStat(`2 (kthreadd) ${rest.replace('4194560', '2129984')}`)?.kernelThread).toBe(true)
  expect(parseProcStat('nothing')).toBeNull()
  expect(parseProcStat('7 (x)')).toBeNull()
})

it('limits: the soft limit of open files', () => {
  const text =
    'Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1024                 524288               files     \n'
  expect(parseFileLimit(text)).toBe(1024)
  expect(parseFileLimit(text.replace('1024 ', 'unlimited '))).toBeNull()
})

it.each([
  ['v2', '0::/system.slice/sshd.service', '/system.slice/sshd.service'],
  ['v1: of the cpu controller', '5:memory:/m\n4:cpu,cpuacct:/c\n0::/u', '/c'],
  ['v1 without that controller', '5:memory:/m\n0::/u', '/u'],
  ['neither', '5:memory:/m', null],
  ['nothing', '', null],
])('path of a cgroup: %s', (_, text, path) => {
  expect(parseCgroupPath(text)).toBe(path)
})

it('schedstat: nanoseconds on a CPU and waiting for one', () => {
  expect(parseSchedstat('193864095 73919157 745\n')).toEqual({ ranUs: 193_864, waitedUs: 73_919 })
  expect(parseSchedstat('0 0')).toBeNull()
  expect(parseSchedstat('')).toBeNull()
})

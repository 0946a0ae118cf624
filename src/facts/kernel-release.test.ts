import { expect, it } from 'vitest'
import { kernel, netns, snapshot } from '../../test/rules/snapshot-builder.ts'
import { viewOf } from '../../test/rules/test-rule.ts'
import { fullQueueBehaviour, isKernelAtLeast, kernelRelease } from './kernel-release.ts'

const on = (release: string) => viewOf(snapshot(netns(), { node: kernel(release) }))

it('reads major and minor of whatever uname prints', () => {
  expect(kernelRelease(on('4.4.41-k8s'))).toEqual([4, 4])
  expect(kernelRelease(on('6.18.44-cloud'))).toEqual([6, 18])
  expect(kernelRelease(on('unknown'))).toBeNull()
  expect(kernelRelease(viewOf(snapshot(netns())))).toBeNull()
})

it('compares by number, not by digits', () => {
  expect(isKernelAtLeast(on('4.10.0'), 4, 9)).toBe(true)
  expect(isKernelAtLeast(on('4.9.0'), 4, 10)).toBe(false)
  expect(isKernelAtLeast(on('5.0.0'), 4, 10)).toBe(true)
  expect(isKernelAtLeast(viewOf(snapshot(netns())), 4, 10)).toBeNull()
})

it.each([
  ['4.9.337', 'drops-ack'],
  ['4.10.0', 'drops-syn'],
  ['?', 'unknown'],
])('a full queue of Linux %s: %s', (release, behaviour) => {
  expect(fullQueueBehaviour(on(release))).toBe(behaviour)
})

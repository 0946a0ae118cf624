import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

const NAMES = ['accept-queue-full', 'accept-queue-growing', 'close-wait-leak', 'syn-flood', 'ListenOverflows']

test('the likest names first, whatever the letters case', () => {
  expect(nearest('accept-queue-ful', NAMES)[0]).toBe('accept-queue-full')
  expect(nearest('listenoverflow', NAMES)).toEqual(['ListenOverflows'])
  expect(nearest('close_wait_leak', NAMES)).toEqual(['close-wait-leak'])
})

test('a part of a name is like it', () => {
  expect(nearest('accept-queue', NAMES)).toEqual(['accept-queue-full', 'accept-queue-growing'])
})

test('nothing where nothing is alike', () => {
  expect(nearest('zzzzzz', NAMES)).toEqual([])
  expect(nearest('', NAMES)).toEqual([])
})

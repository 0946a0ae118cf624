import { expect, it } from 'vitest'
import { inRange } from './address-range.ts'

it.each([
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['10.0.0.7', '10.0.0.7', true],
  ['10.0.0.7', '10.0.0.70', false],
  ['0.0.0.0/0', '192.0.2.1', true],
  ['0.0.0.0/0', '::1', false],
  ['fd00::/8', 'fdab::1', true],
  ['fd00::/8', 'fe80::1', false],
  ['fe80::1', 'fe80::1%eth0', true],
  ['2001:db8::1', '2001:db8:0:0:0:0:0:1', true],
  ['10.0.0.0/8', '*', false],
])('%s holds %s: %s', (range, address, held) => {
  expect(inRange(range)?.(address)).toBe(held)
})

it.each([
  'web',
  '10.0.0.0/33',
  '10.0.0/8',
  '10.0.0.256',
  '1::2::3',
  'fd00::/129',
  '10.0.0.0/8/8',
  '',
  '1:2:3:4:5:6:7:8:9',
])('%s is no range', (text) => {
  expect(inRange(text)).toBeNull()
})

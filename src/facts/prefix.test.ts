import { expect, it } from 'vitest'
import { addressNumber, matchLength } from './prefix.ts'

it.each([
  ['10.0.0.0/8', '10.200.3.4', 8],
  ['10.0.0.0/8', '11.0.0.1', null],
  ['default', '10.0.0.1', 0],
  ['10.1.2.3', '10.1.2.3', 32],
  ['10.1.2.3', '10.1.2.4', null],
  ['0.0.0.0/0', '192.168.1.1', 0],
  ['fd00:10::/32', 'fd00:10::5', 32],
  ['fd00:10::/32', 'fd00:11::5', null],
  ['fe80::/64', 'fe80::1%eth0', 64],
  ['10.0.0.0/8', 'fd00::1', null],
  ['10.0.0.0/64', '10.0.0.1', null],
  ['web', '10.0.0.1', null],
])('%s holds %s: %s', (network, address, bits) => {
  expect(matchLength(network, address)).toBe(bits)
})

it.each([
  '',
  '10.0.0',
  '10.0.0.256',
  '1::2::3',
  ':::',
  '1:2:3:4:5:6:7',
  'fd00::g',
  'host',
  '10.0.0.1.',
  '.10.0.0.1',
  '10..0.1',
  '10.0.0.1.2',
  '1e1.0.0.1',
])('%s is no address', (text) => {
  expect(addressNumber(text)).toBeNull()
})

import { describe, expect, it } from 'vitest'
import { machineOf, NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { acceptErrors } from './accept-errors.ts'

const of = (text: string) => machineOf(under(acceptErrors, null, text)).acceptErrors ?? []

describe('accept() errors in programs’ logs', () => {
  it.each([
    [
      '2026/11/21 08:00:00 [crit] 31#31: accept4() failed (24: Too many open files)',
      { error: 'EMFILE', program: 'nginx', pid: 31, port: null, when: '2026/11/21 08:00:00' },
    ],
    [
      '2026/11/21 08:00:00 [alert] 7#7: accept() failed (23: Too many open files in system)',
      { error: 'ENFILE', pid: 7 },
    ],
    [
      '2026/11/21 08:00:00 http: Accept error: accept tcp [::]:8080: accept4: too many open files; retrying in 5ms',
      { error: 'EMFILE', program: null, port: 8080 },
    ],
    ['Error: accept EMFILE while serving: accept4() failed', { error: 'EMFILE' }],
    [
      'Nov 21 08:00:00 web1 haproxy[1202]: Proxy shop: accept4() failed: Cannot allocate memory',
      { error: 'ENOMEM', program: 'haproxy', pid: 1202, when: 'Nov 21 08:00:00' },
    ],
    ['java.net.SocketException: Too many open files at java.net.ServerSocket.implAccept', { error: 'EMFILE' }],
  ])('%s', (text, meaning) => {
    expect(of(text)).toMatchObject([meaning])
  })

  it.each([
    '2026/11/21 08:00:00 [crit] 31#31: *5 open() "/srv/x.png" failed (24: Too many open files)',
    'java.io.FileNotFoundException: /tmp/x (Too many open files)',
    'accept4(6, 0x7ffe, [128], SOCK_CLOEXEC|SOCK_NONBLOCK) = -1 EMFILE (Too many open files)',
    '[pid  1202] accept4(6, NULL, NULL, SOCK_NONBLOCK) = -1 EMFILE (Too many open files)',
    'accept4() failed (11: Resource temporarily unavailable)',
    ...NO_OUTPUT,
  ])('not: %s', (text) => {
    expect(acceptErrors.opens(text)).toBe(false)
    expect(of(text)).toEqual([])
  })

  it('never throws or invents', () =>
    neverInvents(acceptErrors, null, '2026/11/21 08:00:00 [crit] 31#31: accept4() failed (24: Too many open files)'))
})

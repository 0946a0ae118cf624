import { describe, expect, it } from 'vitest'
import { readWith } from '../../../test/text/read.ts'
import type { Probe } from '../../model/network.ts'
import type { Format } from '../format.ts'
import { ab } from './ab.ts'
import { connect } from './connect.ts'
import { curl } from './curl.ts'
import { ping } from './ping.ts'
import { wrk } from './wrk.ts'

function probesIn(format: Format, text: string, command: string): readonly Probe[] {
  const { content } = readWith(format, text, { command, args: command.split(' ').slice(1) })
  return content.flatMap((one) => (one.question === 'network' ? (one.network.probes ?? []) : []))
}

const METER = '  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0'

describe('curl', () => {
  it.each([
    [
      'an answer',
      `*   Trying 10.99.0.2:8000...
* Connected to 10.99.0.2 (10.99.0.2) port 8000 (#0)
> GET /nope HTTP/1.1
>
< HTTP/1.0 404 File not found
<
<html>
* Closing connection 0`,
      { outcome: 'answered', status: 404, target: { address: '10.99.0.2', port: 8000 } },
    ],
    [
      'refused, with the meter in front',
      `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
${METER}*   Trying 10.99.0.2:8001...
* connect to 10.99.0.2 port 8001 failed: Connection refused
* Failed to connect to 10.99.0.2 port 8001 after 0 ms: Couldn't connect to server
curl: (7) Failed to connect to 10.99.0.2 port 8001 after 0 ms: Couldn't connect to server`,
      { outcome: 'refused', target: { address: '10.99.0.2', port: 8001 } },
    ],
    [
      'connected and then nothing, as from a full accept queue or a hung server',
      `*   Trying 10.99.0.2:8080...
* Connected to 10.99.0.2 (10.99.0.2) port 8080 (#0)
> GET / HTTP/1.1
* Operation timed out after 2001 milliseconds with 0 bytes received
curl: (28) Operation timed out after 2001 milliseconds with 0 bytes received`,
      { outcome: 'no-answer', ms: 2001, status: null },
    ],
    [
      'SYNs that nobody answers',
      `*   Trying 10.99.0.77:80...
* ipv4 connect timeout after 1000ms, move on!
* Failed to connect to 10.99.0.77 port 80 after 1001 ms: Timeout was reached
curl: (28) Failed to connect to 10.99.0.77 port 80 after 1001 ms: Timeout was reached`,
      { outcome: 'timed-out', ms: 1001, target: { address: '10.99.0.77', port: 80 } },
    ],
    ['a name that does not resolve', 'curl: (6) Could not resolve host: nohost.invalid', { outcome: 'unresolved' }],
    ['a reset', 'curl: (56) Recv failure: Connection reset by peer', { outcome: 'reset' }],
    [
      'a failure that is not named',
      "curl: (7) Failed to connect to 10.99.0.2 port 8001 after 0 ms: Couldn't connect to server",
      { outcome: 'unknown', target: { address: '10.99.0.2', port: 8001 } },
    ],
    [
      'a body that is no HTTP',
      `* Rebuilt URL to: 172.1.57.200:31425/
*   Trying 172.1.57.200...
* TCP_NODELAY set
* Connected to 172.1.57.200 (172.1.57.200) port 31425 (#0)
> GET / HTTP/1.1
>
* Connection #0 to host 172.1.57.200 left intact
@@ %`,
      { outcome: 'connected', status: null, target: { address: '172.1.57.200', port: 31425 } },
    ],
  ])('%s', (_, text, expected) => {
    expect(probesIn(curl, text, 'curl -v http://10.0.0.1/')).toMatchObject([expected])
  })

  it('text that stands apart is not taken for a body', () => {
    const text = '* Connected to 10.0.0.1 (10.0.0.1) port 80\n\nSo the server is there.'
    expect(readWith(curl, text, { command: 'curl -v 10.0.0.1' }).refused).toEqual(['So the server is there.'])
  })
})

describe('nc, ncat, telnet', () => {
  it.each([
    ['nc -zv 10.99.0.2 8000', 'Connection to 10.99.0.2 8000 port [tcp/*] succeeded!', 'connected', 8000],
    ['nc -zv h 8001', 'nc: connect to 10.99.0.2 port 8001 (tcp) failed: Connection refused', 'refused', 8001],
    ['nc -zv h 80', 'nc: connect to 10.99.0.2 port 80 (tcp) timed out: Operation now in progress', 'timed-out', 80],
    ['nc -zv h 80', 'nc: connect to 10.99.0.2 port 80 (tcp) failed: No route to host', 'unreachable', 80],
    ['nc -zuv h 53', 'Connection to 10.99.0.2 53 port [udp/domain] succeeded!', 'unknown', 53],
    ['nc -v h 80', '(UNKNOWN) [10.99.0.2] 80 (http) : Connection refused', 'refused', 80],
    ['nc -v h 80', '(UNKNOWN) [10.99.0.2] 80 (http) open', 'connected', 80],
    ['nc -zv h 80', '10.99.0.2 (10.99.0.2:80) open', 'connected', 80],
    ['nc -zv 10.99.0.2 80', 'nc: 10.99.0.2 (10.99.0.2:80): Connection refused', 'refused', 80],
    ['ncat -zv 10.99.0.2 80', 'Ncat: Connected to 10.99.0.2:80.', 'connected', 80],
    ['ncat -zv 10.99.0.2 80', 'Ncat: Connection refused.', 'refused', 80],
    ['telnet 10.99.0.2 80', 'Trying 10.99.0.2...\nConnected to 10.99.0.2.\nEscape character is', 'connected', 80],
    [
      'telnet 10.99.0.2 80',
      'Trying 10.99.0.2...\ntelnet: Unable to connect to remote host: Connection timed out',
      'timed-out',
      80,
    ],
    [
      'telnet 10.99.0.2 80',
      'Trying 10.99.0.2...\ntelnet: connect to address 10.99.0.2: No route to host',
      'unreachable',
      80,
    ],
    ['telnet 10.99.0.2 80', "telnet: can't connect to remote host (10.99.0.2): Connection refused", 'refused', 80],
    ['telnet 10.99.0.2 80', 'Trying 10.99.0.2...', 'unknown', 80],
    ['nc 10.99.0.2 80', '@@ ?', 'connected', 80],
  ])('%s → %s', (command, text, outcome, port) => {
    expect(probesIn(connect, text, command)).toMatchObject([{ outcome, target: { address: '10.99.0.2', port } }])
  })

  it('what a listening nc received is no probe', () => {
    expect(probesIn(connect, 'GET / HTTP/1.1', 'nc -l 80')).toEqual([])
  })
})

describe('ping', () => {
  it.each([
    [
      'PING 10.78.0.2 (10.78.0.2) 1472(1500) bytes of data.\nFrom 10.77.0.2 icmp_seq=1 Frag needed and DF set (mtu = 1400)\nping: local error: message too long, mtu=1400\n\n--- 10.78.0.2 ping statistics ---\n2 packets transmitted, 0 received, +2 errors, 100% packet loss, time 306ms',
      { bytes: 1500, mtu: 1400, outcome: 'unknown' },
    ],
    [
      'PING 10.77.0.2 (10.77.0.2) 1472(1500) bytes of data.\n\n--- 10.77.0.2 ping statistics ---\n2 packets transmitted, 0 received, 100% packet loss, time 2127ms',
      { bytes: 1500, mtu: null, outcome: 'timed-out' },
    ],
    [
      'PING 10.77.0.2 (10.77.0.2): 1472 data bytes\n\n--- 10.77.0.2 ping statistics ---\n1 packets transmitted, 0 packets received, 100% packet loss',
      { bytes: 1500, mtu: null, outcome: 'timed-out' },
    ],
    [
      'PING fd00::2 (fd00::2): 1400 data bytes\n\n--- fd00::2 ping statistics ---\n1 packets transmitted, 1 packets received, 0% packet loss',
      { bytes: 1448, mtu: null, outcome: 'answered' },
    ],
  ])('how big the packets were, and what fits', (text, expected) => {
    expect(probesIn(ping, text, 'ping -M do -s 1472 10.0.0.2')).toMatchObject([expected])
  })

  const HEAD = 'PING 10.99.0.2 (10.99.0.2) 56(84) bytes of data.'
  it.each([
    [
      'iputils',
      `${HEAD}\n64 bytes from 10.99.0.2: icmp_seq=1 ttl=64 time=0.037 ms\n\n--- 10.99.0.2 ping statistics ---\n2 packets transmitted, 2 received, 0% packet loss, time 1021ms\nrtt min/avg/max/mdev = 0.037/0.048/0.060/0.011 ms`,
      { outcome: 'answered', ms: 0.048, load: { sent: 2, ok: 2, failed: 0, latency: { max: 0.06 } } },
    ],
    [
      'busybox, nothing came',
      'PING 10.99.0.2 (10.99.0.2): 56 data bytes\n\n--- 10.99.0.2 ping statistics ---\n1 packets transmitted, 0 packets received, 100% packet loss',
      { outcome: 'timed-out', load: { sent: 1, ok: 0, failed: 1 } },
    ],
    [
      'a router says no',
      `${HEAD}\nFrom 10.99.0.1 icmp_seq=1 Destination Host Unreachable\n\n--- 10.99.0.2 ping statistics ---\n3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 2040ms\npipe 3`,
      { outcome: 'unreachable', load: { errors: { errors: 3 } } },
    ],
    ['some', `${HEAD}\n5 packets transmitted, 3 received, 40% packet loss, time 4000ms`, { outcome: 'partial' }],
    [
      'cut before its statistics',
      `${HEAD}\n64 bytes from 10.99.0.2: icmp_seq=1 ttl=64 time=0.037 ms`,
      { outcome: 'answered', load: null },
    ],
    ['head alone', HEAD, { outcome: 'unknown' }],
  ])('%s', (_, text, expected) => {
    expect(probesIn(ping, text, 'ping 10.99.0.2')).toMatchObject([{ ...expected, target: { address: '10.99.0.2' } }])
  })

  it('a name that does not resolve', () => {
    expect(probesIn(ping, 'ping: nohost.invalid: Name or service not known', 'ping -c1 nohost.invalid')).toMatchObject([
      { outcome: 'unresolved', target: { address: 'nohost.invalid' } },
    ])
  })
})

describe('ab and wrk', () => {
  it('ab: failures by kind', () => {
    const text = `This is ApacheBench, Version 2.3 <$Revision$>
Benchmarking 10.99.0.2 (be patient).....done
Server Hostname:        10.99.0.2
Server Port:            8000
Complete requests:      200
Failed requests:        20
   (Connect: 0, Receive: 3, Length: 17, Exceptions: 0)
Non-2xx responses:      20
Requests per second:    308.52 [#/sec] (mean)
Time per request:       32.413 [ms] (mean)
Time per request:       3.241 [ms] (mean, across all concurrent requests)
Total:          1   31  12.0     30     124`
    expect(probesIn(ab, text, 'ab -n 200 http://10.99.0.2:8000/')).toMatchObject([
      {
        outcome: 'partial',
        target: { address: '10.99.0.2', port: 8000 },
        load: {
          ok: 180,
          failed: 20,
          errors: { receive: 3, length: 17, 'Non-2xx': 20 },
          perSecond: 308.52,
          latency: { mean: 32.413, max: 124 },
        },
      },
    ])
  })

  it.each([
    ['Benchmarking h (be patient)...apr_socket_recv: Connection refused (111)', 'refused'],
    ['apr_pollset_poll: The timeout specified has expired (70007)\nTotal of 7 requests completed', 'timed-out'],
    ['apr_socket_recv: Connection reset by peer (104)', 'reset'],
  ])('ab gives up: %s', (text, outcome) => {
    const [probe] = probesIn(ab, `This is ApacheBench, Version 2.3\n${text}`, 'ab http://10.0.0.1:80/')
    expect(probe).toMatchObject({ outcome, target: { address: '10.0.0.1', port: 80 } })
  })

  it.each([
    [
      '  331 requests in 1.00s, 168.09KB read\n  Non-2xx or 3xx responses: 331',
      { outcome: 'answered', load: { ok: 331, errors: { 'Non-2xx': 331 }, failed: 0 } },
    ],
    [
      '  331 requests in 1.00s\n  Socket errors: connect 0, read 3, write 0, timeout 5',
      { outcome: 'partial', load: { failed: 8, errors: { read: 3, timeout: 5 } } },
    ],
    ['  0 requests in 3.02s, 0.00B read', { outcome: 'no-answer', load: { ok: 0, latency: { mean: null } } }],
    [
      '  0 requests in 3.02s\n  Socket errors: connect 10, read 0, write 0, timeout 0',
      { outcome: 'unknown', load: { errors: { connect: 10 } } },
    ],
  ])('wrk: %s', (text, expected) => {
    const head = 'Running 1s test @ http://10.99.0.2:8000/nope\n    Latency     7.72ms    1.16s  13.79ms   91.84%\n'
    expect(probesIn(wrk, head + text, 'wrk http://10.99.0.2:8000/nope')).toMatchObject([
      { ...expected, target: { address: '10.99.0.2', port: 8000 } },
    ])
  })

  it('wrk that could not connect', () => {
    expect(
      probesIn(wrk, 'unable to connect to 10.99.0.2:8001 Connection refused', 'wrk http://10.99.0.2:8001/'),
    ).toMatchObject([{ outcome: 'refused', target: { address: '10.99.0.2', port: 8001 } }])
  })
})

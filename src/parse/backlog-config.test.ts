import { describe, expect, it } from 'vitest'
import { machineOf, neverInvents, under } from '../../test/text/machine.ts'
import { backlogConfig } from './backlog-config.ts'

const of = (command: string | null, text: string) =>
  (machineOf(under(backlogConfig, command, text)).backlogs ?? []).map(
    (one) => `${one.program} ${one.setting} ${one.address ?? '*'}:${one.port ?? '?'} ${one.value}`,
  )

describe('backlog settings', () => {
  it.each([
    ['    listen 80 backlog=511;', ['nginx listen backlog *:80 511']],
    ['listen  80  default_server  backlog=1024 ;', ['nginx listen backlog *:80 1024']],
    ['listen [::]:443 ssl http2 backlog=8192; # since the incident', ['nginx listen backlog :::443 8192']],
    ['listen 10.0.0.9:80 backlog=65535 reuseport;', ['nginx listen backlog 10.0.0.9:80 65535']],
    ['listen unix:/run/nginx.sock backlog=100;', ['nginx listen backlog unix:/run/nginx.sock:? 100']],
    ['listen 80;', []],
    ['# listen 80 backlog=511;', []],
    ['    bind :80 backlog 1024 maxconn 2000', ['haproxy bind backlog *:80 1024', 'haproxy bind maxconn *:80 2000']],
    ['    maxconn 4096', ['haproxy maxconn *:? 4096']],
    ['tcp-backlog 511', ['redis tcp-backlog *:? 511']],
    ['ListenBacklog 511', ['apache ListenBacklog *:? 511']],
    ['tcp-backlog many', []],
    ['listen 80 backlog=99999999999999999999;', []],
    ['listen 99999 backlog=5;', ['nginx listen backlog *:? 5']],
    ['the maxconn 4096 is set in every frontend section', []],
  ])('%s', (line, expected) => {
    expect(of('cat /etc/x', line)).toEqual(expected)
  })

  it('reads what a grep prints, and the rest of a file', () => {
    expect(
      of(
        'grep -rn backlog /etc/nginx',
        '/etc/nginx/conf.d/a.conf:12:    listen 80 backlog=511;\n/etc/nginx/nginx.conf:3:# backlog=9',
      ),
    ).toEqual(['nginx listen backlog *:80 511'])
    expect(under(backlogConfig, 'cat /etc/nginx/nginx.conf', 'worker_processes auto;\nevents {\n}').refused).toEqual([])
  })

  it('reads redis-cli', () => {
    expect(of('redis-cli config get tcp-backlog', '1) "tcp-backlog"\n2) "511"')).toEqual(['redis tcp-backlog *:? 511'])
    expect(of('redis-cli config get tcp-backlog', 'tcp-backlog\n511')).toEqual(['redis tcp-backlog *:? 511'])
    expect(of('redis-cli config get tcp-backlog', '1) "timeout"\n2) "511"')).toEqual([])
  })

  it('never throws, never invents', () => {
    neverInvents(
      backlogConfig,
      'cat /etc/nginx/nginx.conf',
      'listen 80 backlog=511;\nbind :80 backlog 10 maxconn 20\ntcp-backlog 511\n/etc/a.conf:1:ListenBacklog 5',
    )
  })
})

import { describe, expect, it } from 'vitest'
import { readLabel, readPrompt } from './prompt.ts'

describe('readPrompt', () => {
  it.each([
    ['root@ip-172-1-57-200:~# ss -na', 'ip-172-1-57-200', 'ss -na'],
    ['root@ip-172-1-57-200:~#', 'ip-172-1-57-200', ''],
    ['(venv) admin@node1:/var/log$ netstat -s', 'node1', 'netstat -s'],
    ['[root@node1 ~]# ss -lnt', 'node1', 'ss -lnt'],
    ['[deployer@k8s-deploy-prod0]$ kubectl get nodes', 'k8s-deploy-prod0', 'kubectl get nodes'],
    ['core@node1 ~ $ nstat -az', 'node1', 'nstat -az'],
    ['node1:~ # uname -a', 'node1', 'uname -a'],
    ['➜  ~ curl -v 10.0.0.1', null, 'curl -v 10.0.0.1'],
    ['bash-5.1# ss -lnt', null, 'ss -lnt'],
    ['/ # netstat -ntl', null, 'netstat -ntl'],
    ['$ ss -lnt', null, 'ss -lnt'],
    ['# ss -lnt', null, 'ss -lnt'],
    ['+ ss -lnt', null, 'ss -lnt'],
    ['worker01 # ss -lnt', 'worker01', 'ss -lnt'],
    ['node1# netstat -s', 'node1', 'netstat -s'],
    ['~ ❯ ss -lnt', null, 'ss -lnt'],
    ['root@web-1:/# ss', 'web-1', 'ss'],
  ])('reads %s', (line, host, command) => {
    expect(readPrompt(line, true)).toMatchObject({ host, command })
  })

  it.each([
    'LISTEN     0      128          *:179          *:*',
    '# 进入容器的网络命名空间',
    'CLOSE-WAIT 46',
    'net.ipv4.tcp_syncookies = 1',
    '    12178939 times the listen queue of a socket overflowed',
    '- item $ 5',
    'a@b.example wrote: something',
    '└── cmd.txt',
    'Price > 5',
  ])('does not take %s for one', (line) => {
    expect(readPrompt(line, true)).toBeNull()
  })

  it('outside of a fence wants more than a dollar sign', () => {
    expect(readPrompt('$ 5 per month', false)).toBeNull()
    expect(readPrompt('$ ss -lnt', false)).toMatchObject({ command: 'ss -lnt' })
    expect(readPrompt('# Symptoms', false)).toBeNull()
  })

  it('gives up quickly on a line made to be slow', () => {
    const hostile = `${'a.'.repeat(1900)}@`
    const start = performance.now()
    for (let i = 0; i < 50; i++) readPrompt(hostile, true)
    expect(performance.now() - start).toBeLessThan(500)
  })
})

describe('readLabel', () => {
  it.each([
    ['===== ss -lntp =====', 'ss -lntp'],
    ['### netstat -s', 'netstat -s'],
    ['==> /proc/net/netstat <==', 'cat /proc/net/netstat'],
    ['--- nstat ---', 'nstat'],
  ])('%s', (line, command) => {
    expect(readLabel(line)).toBe(command)
  })
  it.each(['## Kernel', '--- what it means', '## top of the list', '> quoted'])('%s is none', (line) => {
    expect(readLabel(line)).toBeNull()
  })
})

describe('more prompts', () => {
  it.each([
    [' gke-prod-1-x7zq  ~  ss -lnt', 'gke-prod-1-x7zq', 'ss -lnt'],
    ['In [3]: !ss -lnt', null, 'ss -lnt'],
    ['In [5]: frame = read()', null, ''],
    ['[root@admin]# ss -lnt', null, 'ss -lnt'],
    ['[root@admin ~]# ss -lnt', 'admin', 'ss -lnt'],
  ])('reads %s', (line, host, command) => {
    expect(readPrompt(line, false)).toMatchObject({ host, command })
  })

  it.each(['a word  ~  more words', '!important', 'In [brackets]: words', 'the ~ is home'])(
    'does not take %s for one',
    (line) => {
      expect(readPrompt(line, false)).toBeNull()
    },
  )
})

describe('labels of scripts', () => {
  it.each([
    ["*** Output of 'ss -plant' ***", 'ss -plant'],
    ['### Output of command: ss -lnt ###', 'ss -lnt'],
    ['[INFO] Running: ss -s', 'ss -s'],
    ['"cat /proc/net/sockstat":', 'cat /proc/net/sockstat'],
    ['执行命令：netstat -s', 'netstat -s'],
    ['Command: nstat -az', 'nstat -az'],
  ])('%s', (line, command) => {
    expect(readLabel(line)).toBe(command)
  })

  it.each(['Output of the last run:', 'Running late', '"cat" is a pet', 'Command and conquer', '输出如下：'])(
    '%s is none',
    (line) => {
      expect(readLabel(line)).toBeNull()
    },
  )
})

import { describe, expect, it } from 'vitest'
import { isInstruction, readDate, readHints, readLater, readPlace } from './hints.ts'

const hints = (text: string) => readHints(text).map(({ kind, value }) => `${kind} ${value}`)

describe('hints', () => {
  it.each<[string, readonly string[]]>([
    ['the pod runs nginx, files come from NFS', ['program nginx', 'topic nfs', 'namespace pod']],
    [
      '修改内核参数net.ipv4.tcp_tw_recycle参数为0',
      ['sysctl net.ipv4.tcp_tw_recycle', 'sysctl net.ipv4.tcp_tw_recycle=0'],
    ],
    ['somaxconn was raised to 8096', ['sysctl net.core.somaxconn', 'sysctl net.core.somaxconn=8096']],
    [
      '给 pod 的 somaxconn 调高到 8096 后观察',
      ['sysctl net.core.somaxconn', 'sysctl net.core.somaxconn=8096', 'namespace pod'],
    ],
    ['then netstat -s|grep -i listen shows drops', ['counter TcpExtListenOverflows', 'counter TcpExtListenDrops']],
    ['`ListenOverflows` grows', ['counter TcpExtListenOverflows']],
    ['clients behind SNAT', ['topic nat']],
    ['see https://nginx.org/en/net.core.somaxconn/20180306', []],
    ['nothing of interest', []],
    ['/etc/nginx/nginx.conf', []],
    ['somaxconn of 1.5 parts', ['sysctl net.core.somaxconn']],
  ])('%s', (text, expected) => {
    expect(hints(text)).toEqual(expected)
  })

  it.each([
    ['在容器 netns 中执行', 'pod'],
    ['on the node', 'host'],
    ['看下 pod 所在节点上的值', 'host'],
    ['the node of this pod', 'host'],
    ['pods on nodes', null],
    ['节点', 'host'],
    ['elsewhere', null],
  ])('%s is said of %s', (text, place) => {
    expect(readPlace(text)).toBe(place)
  })

  it.each([
    ['20180306 观测数据', '2018-03-06'],
    ['2018-03-06 later', '2018-03-06'],
    ['2018/3/6', '2018-03-06'],
    ['2018年3月6日', '2018-03-06'],
    ['![](https://x/20180306_172.1.57.200.png)', null],
    ['20181399', null],
    ['version 2018.10.99', null],
    ['id 120180306', null],
  ])('the day in %s', (text, day) => {
    expect(readDate(text)).toBe(day)
  })

  it.each([
    ['...(N 天后)...', 'N 天后'],
    ['三个小时之后', '三个小时之后'],
    ['3 days later', '3 days later'],
    ['after a few hours', 'after a few hours'],
    ['later on', null],
    ['1 天', null],
  ])('time passes in %s', (text, words) => {
    expect(readLater(text)).toBe(words)
  })

  it.each([
    ['修改配置文件：', true],
    ['Set these:', true],
    ['系统当前配置的一些 tcp 内核参数', false],
    ['Current settings after the change', false],
    ['What is set now:', true],
  ])('%s', (text, tells) => {
    expect(isInstruction(text)).toBe(tells)
  })

  it('is quick on hostile prose', () => {
    const start = performance.now()
    for (const text of [
      'net.core.'.repeat(2000),
      '的值'.repeat(3000),
      'A'.repeat(9000),
      '.'.repeat(9000),
      '1 '.repeat(5000),
    ])
      readHints(text)
    expect(performance.now() - start).toBeLessThan(500)
  })
})

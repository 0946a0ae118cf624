import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCommandLine } from './command-line.ts'
import { planOf } from './plan.ts'

const only = (text: string) => {
  const [pipeline, ...others] = parseCommandLine(text).pipelines
  if (!pipeline || others.length > 0) throw new Error(`not one pipeline: ${text}`)
  return pipeline
}
const plan = (text: string) => planOf(only(text))
const listening = { of: 'state', state: 'LISTEN' }

describe('command lines', () => {
  it.each<[string, string, readonly string[]]>([
    ['ss -lnt', 'ss', ['-lnt']],
    ['sudo -u root /usr/sbin/ss -lnt', 'ss', ['-lnt']],
    ['LANG=C nice -n 5 timeout 10 ss -lnt 2>/dev/null', 'ss', ['-lnt']],
    ["watch -n1 'ss -lnt'", 'ss', ['-lnt']],
    ["sh -c 'netstat -s'", 'netstat', ['-s']],
    ["awk '{ if ($2 > 0) print $0 }'", 'awk', ['{ if ($2 > 0) print $0 }']],
    ['grep "a b"\\ c', 'grep', ['a b c']],
    ['docker inspect -f {{.State.Pid}} abc', 'docker', ['inspect', '-f', '{{.State.Pid}}', 'abc']],
    ['ss -lnt # what listens', 'ss', ['-lnt']],
  ])('%s', (text, program, args) => {
    expect(only(text).first).toEqual({ program, args })
  })

  it('splits what ; && || and & join, and keeps pipes together', () => {
    const { pipelines } = parseCommandLine('uname -a; ss -lnt | head -3 && netstat -s &')
    expect(pipelines.map((one) => [one.first.program, one.filters.length])).toEqual([
      ['uname', 0],
      ['ss', 1],
      ['netstat', 0],
    ])
  })

  it('looks into loops', () => {
    const { pipelines } = parseCommandLine('for i in 1 2; do ss -lnt; sleep 1; done')
    expect(pipelines.map((one) => one.first.program)).toEqual(['ss', 'sleep'])
  })

  it.each([
    ['nsenter -n -t 3985 ss -lnt', { by: 'pid', pid: '3985' }, false],
    ['nsenter -t3985 -n', { by: 'pid', pid: '3985' }, true],
    ['nsenter --target 3985 --net bash', { by: 'pid', pid: '3985' }, true],
    ['nsenter --net=/var/run/netns/cni-1 ss -lnt', { by: 'name', name: 'cni-1' }, false],
    ['nsenter -t 1 -m -u -n -i ss -lnt', { by: 'host' }, false],
    ['ss -N blue -lnt', { by: 'name', name: 'blue' }, false],
    ['ip netns exec blue ss -lnt', { by: 'name', name: 'blue' }, false],
    ['docker exec -it web sh', { by: 'container', container: 'web' }, true],
    ['crictl exec 0a1b2c3d4e5f ss -lnt', { by: 'container', container: '0a1b2c3d4e5f' }, false],
    ['kubectl -n shop exec -it web-1 -c app -- ss -lnt', { by: 'pod', pod: 'web-1', namespace: 'shop' }, false],
    ['kubectl exec pod/web-1 -n shop -- netstat -s', { by: 'pod', pod: 'web-1', namespace: 'shop' }, false],
    ['kubectl exec -it web-1 bash', { by: 'pod', pod: 'web-1', namespace: null }, true],
    ['nsenter -t 3985 -m ss -lnt', null, false],
    ['ss -lnt', null, false],
  ])('%s runs in its namespace', (text, netns, shell) => {
    expect(only(text).where).toMatchObject({ netns, shell })
  })

  it('ssh names the machine', () => {
    expect(only('ssh -p 22 root@node2 ss -lnt')).toMatchObject({ first: { program: 'ss' }, where: { host: 'node2' } })
    expect(parseCommandLine("ssh node2 'ss -lnt; netstat -s'").pipelines).toMatchObject([
      { first: { program: 'ss' }, where: { host: 'node2' } },
      { first: { program: 'netstat' }, where: { host: 'node2' } },
    ])
    expect(parseCommandLine("kubectl exec web-0 -- sh -c 'ss -lnt; uname -r'").pipelines).toMatchObject([
      { first: { program: 'ss' }, where: { netns: { by: 'pod', pod: 'web-0' }, viaKubectl: true } },
      { first: { program: 'uname' }, where: { netns: { by: 'pod', pod: 'web-0' }, viaKubectl: true } },
    ])
    expect(only("ssh node2 'ss -lnt | head'")).toMatchObject({
      first: { program: 'ss' },
      filters: [{ program: 'head', args: [] }],
      where: { host: 'node2' },
    })
  })

  it('what goes into a file does not stand in the text', () => {
    expect([
      only('ss -lnt > f').redirected,
      only('ss -lnt 2>&1').redirected,
      only('ss 2>/dev/null').redirected,
    ]).toEqual([true, false, false])
  })

  it('sees that a quote or a backslash goes on', () => {
    expect([parseCommandLine("awk '{").open, parseCommandLine('ss -lnt \\').open, parseCommandLine('ss').open]).toEqual(
      [true, true, false],
    )
  })

  it('never throws', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "'",
        '"',
        '\\',
        '|',
        ';',
        '&',
        '>',
        '<',
        '$(',
        ')',
        '{',
        '}',
        '#',
        'sudo',
        'sh -c',
        'kubectl exec',
        'nsenter',
        '--',
        'awk',
        'grep',
      ),
      fc.string({ maxLength: 8 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        for (const pipeline of parseCommandLine(pieces.join(' ')).pipelines) planOf(pipeline)
      }),
      { numRuns: 1000 },
    )
  })
})

const full = { of: 'and', sets: [listening, { of: 'recv-queue-above-limit' }] }

describe('what a pipe leaves', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['ss -antp', [{ of: 'all' }], []],
    ['ss -nltp', [listening], []],
    ["ss -nltp | awk '{print $0}'", [listening], []],
    [
      "ss -nltp| awk '{ if ($2 > 0) print $0 }'",
      [{ of: 'and', sets: [listening, { of: 'recv-queue-above', value: 0 }] }],
      ['awk { if ($2 > 0) print $0 }'],
    ],
    ["ss -lnt | awk '$2>0'", [{ of: 'and', sets: [listening, { of: 'recv-queue-above', value: 0 }] }], ['awk $2>0']],
    [
      "ss -lnt | awk 'NR>1 && $2 >= 5 {print}'",
      [{ of: 'and', sets: [listening, { of: 'recv-queue-above', value: 4 }] }],
      ['awk NR>1 && $2 >= 5 {print}'],
    ],
    ["ss -ln | awk '$3>0'", [{ of: 'and', sets: [listening, { of: 'recv-queue-above', value: 0 }] }], ['awk $3>0']],
    ["ss -lnt | awk '$3>0'", [], ['awk $3>0']],
    ["ss -lnt | awk '$2>$3'", [full], ['awk $2>$3']],
    ["ss -Hlnt | awk '$2 >= $3 {print}'", [full], ['awk $2 >= $3 {print}']],
    ["ss -lnt | awk '$2+0 > $3*0.8'", [full], ['awk $2+0 > $3*0.8']],
    ["ss -lnt | awk '$2 > $3*2'", [], ['awk $2 > $3*2']],
    ["ss -lnt | awk '$3>$2'", [], ['awk $3>$2']],
    ["ss -lnt | awk '$2<$3'", [], ['awk $2<$3']],
    ["ss -ln | awk '$3>$4'", [full], ['awk $3>$4']],
    ["ss -ln | awk '$2>$3'", [], ['awk $2>$3']],
    ["ss -lnt | awk 'NR==1 || $2>$3'", [full], ['awk NR==1 || $2>$3']],
    ["ss -lnt | awk '($2>$3 || $2>0) && $3<9'", [], ['awk ($2>$3 || $2>0) && $3<9']],
    [
      "netstat -lnt | awk '$2>$3'",
      [{ of: 'and', sets: [listening, { of: 'recv-queue-above', value: 0 }] }],
      ['awk $2>$3'],
    ],
    ["netstat -ant | awk '$2>0'", [{ of: 'recv-queue-above', value: 0 }], ['awk $2>0']],
    ['ss -antp | grep 30720', [{ of: 'port', port: 30720 }], ['grep 30720']],
    ['ss -antp | grep ":30720 "', [{ of: 'port', port: 30720 }], ['grep :30720 ']],
    [
      'ss -antp | grep "CLOSE-WAIT" | grep "172.31.6.140"',
      [
        {
          of: 'and',
          sets: [
            { of: 'state', state: 'CLOSE_WAIT' },
            { of: 'address', address: '172.31.6.140' },
          ],
        },
      ],
      ['grep CLOSE-WAIT', 'grep 172.31.6.140'],
    ],
    ['ss -ant | grep CLOSE_WAIT', [], ['grep CLOSE_WAIT']],
    ['netstat -ant | grep CLOSE_WAIT', [{ of: 'state', state: 'CLOSE_WAIT' }], ['grep CLOSE_WAIT']],
    ['netstat -ant | grep -i listen', [listening], ['grep -i listen']],
    [
      "ss -ant | grep -E '8080|9090'",
      [
        { of: 'port', port: 8080 },
        { of: 'port', port: 9090 },
      ],
      ['grep -E 8080|9090'],
    ],
    ['ss -antp | grep kube-proxy', [{ of: 'process', name: 'kube-proxy' }], ['grep kube-proxy']],
    ['ss -ant | grep kube-proxy', [], ['grep kube-proxy']],
    ['ss -natp | grep "SYN-SENT" |grep -v bird', [], ['grep SYN-SENT', 'grep -v bird']],
    ['ss -ant | grep -v grep | sort | less', [{ of: 'all' }], []],
    ["ss -ant | grep '8.*0'", [], ['grep 8.*0']],
    [
      'ss -nt',
      ['ESTABLISHED', 'SYN_SENT', 'FIN_WAIT1', 'FIN_WAIT2', 'CLOSE_WAIT', 'LAST_ACK', 'CLOSING'].map((state) => ({
        of: 'state',
        state,
      })),
      [],
    ],
    ['ss -4lnt', [], ['ss -4']],
    ['ss -tan state close-wait', [{ of: 'state', state: 'CLOSE_WAIT' }], ['ss … state close-wait']],
    ['ss -lnt sport = :80', [{ of: 'and', sets: [listening, { of: 'port', port: 80 }] }], ['ss … sport = :80']],
    ['ss -ant sport = :80 or dport = :80', [{ of: 'port', port: 80 }], ['ss … sport = :80 or dport = :80']],
    ['ss -ant sport = :80', [], ['ss … sport = :80']],
    ["ss -tan 'sport = :8080'", [], ['ss … sport = :8080']],
    [
      "ss -tanp state established '( dport = :80 or sport = :80 )'",
      [
        {
          of: 'and',
          sets: [
            { of: 'state', state: 'ESTABLISHED' },
            { of: 'port', port: 80 },
          ],
        },
      ],
      ['ss … state established ( dport = :80 or sport = :80 )'],
    ],
    ['ss -tan dst 10.0.0.1', [], ['ss … dst 10.0.0.1']],
    ['ss -A tcp -a', [{ of: 'all' }], []],
    ['cat /proc/net/tcp', [], ['cat /proc/net/tcp']],
    ['cat /proc/net/tcp /proc/net/tcp6', [{ of: 'all' }], []],
    ['sysctl net.core.somaxconn', [{ of: 'keys', keys: ['net.core.somaxconn'] }], []],
    ['sysctl -a', [{ of: 'all' }], []],
    [
      "nstat -az | grep -E 'TcpExtListenOverflows|TcpExtListenDrops'",
      [{ of: 'keys', keys: ['TcpExtListenOverflows', 'TcpExtListenDrops'] }],
      ['grep -E TcpExtListenOverflows|TcpExtListenDrops'],
    ],
  ])('%s', (text, coverage, cuts) => {
    const { shown, role } = plan(text)
    expect({ coverage: shown.coverage, cuts: shown.cuts, role }).toEqual({ coverage, cuts, role: 'reading' })
  })

  it('head is whole where fewer lines came', () => {
    expect([
      plan('ss -lnt | head').shown.limit,
      plan('ss -lnt | head -n 50').shown.limit,
      plan('ss -lnt | tail -n +2').shown.limit,
    ]).toEqual([10, 50, null])
  })

  it.each([
    ["ss -na | awk '/^tcp/ {++S[$2]} END {for(a in S) print a, S[a]}'", 'census', [{ of: 'all' }]],
    ["ss -ant | awk '{++S[$1]} END {for(a in S) print a, S[a]}'", 'census', [{ of: 'all' }]],
    ["ss -ant | awk 'NR>1 {S[$1]++} END {for(a in S) print a, S[a]}'", 'census', [{ of: 'all' }]],
    ["netstat -ant | awk '/^tcp/ {S[$NF]++} END {for(a in S) print a, S[a]}'", 'census', [{ of: 'all' }]],
    ["ss -ant | awk '{print $1}' | sort | uniq -c | sort -rn", 'census', [{ of: 'all' }]],
    ["netstat -ant | awk '{print $6}' | sort | uniq -c", 'census', [{ of: 'all' }]],
    ['ss -ant | wc -l', 'count', [{ of: 'all' }]],
    ['ss -ant | grep -c ESTAB', 'count', [{ of: 'state', state: 'ESTABLISHED' }]],
    ["ss -ant | awk '{++S[$4]} END {for(a in S) print a, S[a]}'", 'other', []],
    ["ss -ant | awk '{print $5}' | cut -d: -f1 | sort | uniq -c", 'other', []],
  ])('%s is a %s', (text, shape, coverage) => {
    expect(plan(text).shown).toMatchObject({ shape, coverage })
  })

  it.each([
    ['curl -v 10.0.0.1', 'reading'],
    ['ip route add default via 10.0.0.1', 'instruction'],
    ['ip -s link', 'reading'],
    ['ethtool -K eth0 tx off', 'instruction'],
    ['tc class show dev eth0', 'foreign'],
    ['ss -s', 'reading'],
    ['cat /proc/net/packet', 'foreign'],
    ["ss -ant | awk '{print $5}'", 'foreign'],
    ['ss -ant | sed s/a/b/', 'foreign'],
    ['kubectl get nodes', 'cluster'],
    ['sysctl -w net.core.somaxconn=1024', 'instruction'],
    ['sysctl -p', 'instruction'],
    ['sysctl net.core.somaxconn=1024', 'instruction'],
    ['vim /etc/sysctl.conf', 'instruction'],
    ['cat /etc/sysctl.conf', 'instruction'],
    ['echo 1024', 'instruction'],
    ['./collect.sh', 'unknown'],
    ['cat dump.txt', 'unknown'],
  ])('%s: %s', (text, role) => {
    expect(plan(text).role).toBe(role)
  })
})

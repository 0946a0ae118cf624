import { describe, expect, it } from 'vitest'
import { outline, transcript } from '../../../test/text/read.ts'
import { readLoop, silentTurn, turnOf } from './loops.ts'

const HEAD = 'State      Recv-Q Send-Q Local Address:Port               Peer Address:Port'
const row = (length: number) => `LISTEN     ${length}      128          *:80                       *:*`

describe('loops over machines', () => {
  it.each([
    ['for h in a1 b2; do echo $h; ssh $h ss -lnt; done', 'b2', 'ssh b2 ss -lnt'],
    ['for h in a1 b2; do ssh $h "hostname; ss -lnt"; done', 'b2', 'ssh b2 "hostname; ss -lnt"'],
    ['while read h; do echo "== $h"; ssh -n $h ss -lnt; done < hosts', '== b2', 'ssh -n b2 ss -lnt'],
    ['echo a1 b2 | xargs -n1 -I{} ssh {} "hostname; ss -lnt"', 'b2', 'ssh b2 "hostname; ss -lnt"'],
  ])('%s: %s begins a turn', (command, line, runs) => {
    const loop = readLoop(command)
    expect(loop && turnOf(loop, line)).toBe(runs)
  })

  it.each([
    ['for h in a1 b2; do echo $h; ssh $h sysctl -n net.core.somaxconn; done', '128'],
    ['for h in a1 b2; do echo $h; ssh $h ss -lnt; done', 'c3'],
    ['for h in a1 b2; do ssh $h ss -lnt; done', 'b2'],
    ['while read h; do echo $h; ssh $h sysctl -n x; done', '128'],
  ])('%s: %s does not', (command, line) => {
    const loop = readLoop(command)
    expect(loop && turnOf(loop, line)).toBeNull()
  })

  it('one that names nobody is told by its heads', () => {
    const loop = readLoop('for h in a1 b2; do ssh $h ss -lnt; done')
    expect(loop && [silentTurn(loop, 0), silentTurn(loop, 1), silentTurn(loop, 2)]).toEqual([
      'ssh a1 ss -lnt',
      'ssh b2 ss -lnt',
      null,
    ])
  })

  it('machines apart, named or not', async () => {
    const text = `ops@bastion:~$ for h in web-1 web-2; do ssh $h ss -lnt; done\n${HEAD}\n${row(0)}\n${HEAD}\n${row(129)}\nops@bastion:~$ echo web-1 web-2 | xargs -n1 -I{} ssh {} "hostname; sysctl net.core.somaxconn"\nweb-1\nnet.core.somaxconn = 128\nweb-2\nnet.core.somaxconn = 4096\nops@bastion:~$`
    expect(outline(await transcript(text))).toEqual([
      'web-1#1 2-3 host ss: 1 sockets',
      'web-1#1 7-8 host sysctl: {"net.core.somaxconn":"128"}',
      'web-2#1 4-5 host ss: 1 sockets',
      'web-2#1 9-10 host sysctl: {"net.core.somaxconn":"4096"}',
    ])
  })
})

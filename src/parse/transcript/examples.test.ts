import { describe, expect, it } from 'vitest'
import { transcript } from '../../../test/text/read.ts'
import { isSaidExample } from '../hints.ts'

const TABLE =
  'State      Recv-Q Send-Q Local Address:Port               Peer Address:Port\nLISTEN     129    128          *:80                       *:*'
const fence = (text: string) => `\`\`\`\n${text}\n\`\`\``

describe('what a text calls an example', () => {
  it.each([
    'The output looks like this:',
    'Sample output:',
    'For example, a full queue:',
    'Example 3: a full queue',
    '示例：',
    '队列满的时候，例如：',
    'Beispielausgabe:',
    'Por ejemplo:',
    '実行例：',
    'Например:',
  ])('%s', async (words) => {
    expect(isSaidExample(words)).toBe(true)
    const { blocks, lines, unread } = await transcript(`# Queues\n\n${words}\n\n${fence(`$ ss -lnt\n${TABLE}`)}\n`)
    expect([blocks, lines.kinds.example, lines.kinds.output]).toEqual([[], 3, 0])
    expect(unread[0]?.why).toContain('an example')
  })

  it.each([
    ['words that say nothing of the kind', 'On the node:', `$ ss -lnt\n${TABLE}`],
    ['somebody looked', 'For example, on one node we see:', `$ ss -lnt\n${TABLE}`],
    ['somebody looked, Chinese', '例如线上某台机器：', `$ ss -lnt\n${TABLE}`],
    ['a machine that prompts', 'For example:', `[root@web-4 ~]# ss -lnt\n${TABLE}`],
    ['a machine named before', 'node-4:\n\nFor example:', `$ ss -lnt\n${TABLE}`],
    ['a day', 'On 2026-11-20 the check failed.\n\nFor example:', `$ ss -lnt\n${TABLE}`],
  ])('%s: a reading', async (_, words, text) => {
    expect((await transcript(`${words}\n\n${fence(text)}\n`)).blocks).toHaveLength(1)
  })

  it('only the fence below the words is one', async () => {
    const text = `Sample output:\n\n${fence(`$ ss -lnt\n${TABLE}`)}\n\nAnd here:\n\n${fence(`$ ss -lnt\n${TABLE}`)}\n`
    expect((await transcript(text)).blocks.map(({ lines }) => lines)).toEqual([[12, 14]])
  })

  it.each([
    ['a manifest', 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web'],
    ['a script', 'import subprocess\nout = subprocess.run(["ss", "-lnt"])'],
    ['a block of nginx', 'server {\n    listen 80 backlog=1024;\n}'],
  ])('a fence that shows %s', async (_, text) => {
    const { blocks, lines } = await transcript(`Then:\n\n${fence(text)}\n`)
    expect([blocks, lines.kinds.unread, lines.kinds.prose]).toEqual([[], 0, 1])
  })

  it('an indented key is no machine', async () => {
    const { blocks } = await transcript(
      `$ kubectl describe pod web-2\nName:         web-2\nNamespace:    shop\nNode:         worker-3/10.0.3.3\n\nContainers:\n  web-2:\n    Image:      nginx\n    Ready:      True\n  worker-1:\n    Image:      envoy\n$ exit`,
    )
    expect(blocks.map(({ node, format, lines }) => [node, format, lines])).toEqual([
      [null, 'kubectl-describe', [1, 11]],
    ])
  })
})

describe('a manual page', () => {
  const PAGE = `SS(8)                         System Manager's Manual                        SS(8)\n\nNAME\n       ss - another utility to investigate sockets\n\nEXAMPLES\n       $ ss -lnt\n       ${TABLE.replace('\n', '\n       ')}\n`
  it('shows examples', async () => {
    const { blocks, lines } = await transcript(PAGE)
    expect([blocks, lines.kinds.example]).toEqual([[], 3])
  })

  it('ends where a machine prompts', async () => {
    const { blocks } = await transcript(`${PAGE}[root@web-4 ~]# ss -lnt\n${TABLE}\n`)
    expect(blocks.map(({ node }) => node)).toEqual(['web-4'])
  })
})

/** How a terminal shows a command and what it printed. Each is somebody's habit. */
export interface Style {
  readonly name: string
  readonly show: (runs: readonly Run[]) => string
}

export interface Run {
  readonly command: string
  readonly output: string
}

const prompted =
  (prompt: string, end = `${prompt} `) =>
  (runs: readonly Run[]): string =>
    [...runs.map(({ command, output }) => `${prompt} ${command}\n${output}`), end].join('\n')

const fenced = (heading: string, before: string, after: string, prompt: string) => (runs: readonly Run[]) =>
  [
    `# ${heading}`,
    '',
    before,
    '',
    '```',
    ...runs.map(({ command, output }) => `${prompt} ${command}\n${output}`),
    '```',
    '',
    after,
    '',
  ].join('\n')

export const STYLES: readonly Style[] = [
  { name: 'bash', show: prompted('root@node-1:~#') },
  { name: 'rhel', show: prompted('[root@node-1 ~]#') },
  { name: 'dollar', show: prompted('$', '') },
  { name: 'zsh', show: prompted('➜  ~') },
  { name: 'busybox', show: prompted('/ #') },
  { name: 'two-line', show: prompted('┌──(root㉿node-1)-[~]\n└─#') },
  {
    name: 'markdown-en',
    show: fenced(
      'Connections hang, notes of the night shift',
      'Seen on one of the workers while the shop answered slowly:',
      'Nobody has restarted anything yet.',
      'root@node-1:~#',
    ),
  },
  {
    name: 'markdown-zh',
    show: fenced(
      '值班记录',
      '在出问题的机器上执行，输出如下：',
      '以上为现场原样，尚未做任何操作。',
      '[root@node-1 ~]#',
    ),
  },
  { name: 'colon', show: prompted('[root@node-1:~]#') },
  {
    name: 'sudo',
    show: (runs) => prompted('ops@node-1:~$')(runs.map((run) => ({ ...run, command: `sudo ${run.command}` }))),
  },
]

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allTopics, topicNames } from '../src/cli/topics.ts'
import { RULES } from '../src/rules/index.ts'

/** `recvq completion`: each script in the very shell it is for. */

const root = join(import.meta.dirname, '..')
const main = join(root, 'src/cli/main.ts')
const folder = mkdtempSync(join(tmpdir(), 'recvq-completion-'))
afterAll(() => rmSync(folder, { recursive: true }))

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0
const recvq = (...args: readonly string[]): string =>
  execFileSync(process.execPath, [main, ...args], { encoding: 'utf8', env: { ...process.env, LANG: 'C.UTF-8' } })
const run = (shell: string, args: readonly string[]): string =>
  execFileSync(shell, args, { encoding: 'utf8', cwd: folder, timeout: 30_000 })

beforeAll(() => {
  for (const shell of ['bash', 'zsh', 'fish']) writeFileSync(join(folder, `recvq.${shell}`), recvq('completion', shell))
  writeFileSync(join(folder, 'case.md'), '')
}, 60_000)

/** What is typed, and the only thing it can become. */
const ONLY: readonly (readonly [typed: string, becomes: string])[] = [
  ['recvq compl', 'recvq completion'],
  ['recvq completion fi', 'recvq completion fish'],
  ['recvq explain somax', 'recvq explain somaxconn'],
  ['recvq explain net.core.somax', 'recvq explain net.core.somaxconn'],
  ['recvq explain Recv', 'recvq explain Recv-Q'],
  ['recvq explain timer:k', 'recvq explain timer:keepalive'],
  ['recvq explain ListenOverf', 'recvq explain ListenOverflows'],
  ['recvq --rule tw-rec', 'recvq --rule tw-recycle-nat'],
  ['recvq --rule=tw-rec', 'recvq --rule=tw-recycle-nat'],
  ['recvq diagnose --rule tw-rec', 'recvq diagnose --rule tw-recycle-nat'],
  ['recvq sockets --outp', 'recvq sockets --output'],
  ['recvq sockets -o y', 'recvq sockets -o yaml'],
  ['recvq -o ht', 'recvq -o html'],
  ['recvq explain --lang z', 'recvq explain --lang zh'],
  ['recvq help coll', 'recvq help collect'],
  ['recvq read ca', 'recvq read case.md'],
  ['recvq ca', 'recvq case.md'],
]

describe('bash', () => {
  /** Typed into an interactive shell on a terminal of its own, which prints its command line as words. */
  test('completes what is typed', () => {
    const typed = ONLY.map(([line]) => `${line.replace('recvq', 'recvq_typed')}\t\n`).join('')
    const rc = `source '${folder}/recvq.bash'
recvq_typed() { printf '<recvq%s>\\n' "$(printf ' %s' "$@")"; }
complete -F _recvq recvq_typed
PS1=''
bind 'set bell-style none'
`
    writeFileSync(join(folder, 'bashrc'), rc)
    const { stdout } = spawnSync('script', ['-qec', `bash --rcfile '${folder}/bashrc' -i`, '/dev/null'], {
      input: `${typed}exit\n`,
      encoding: 'utf8',
      cwd: folder,
      timeout: 30_000,
    })
    const lines = [...stdout.matchAll(/^<(recvq.*)>\r?$/gm)].map(([, line]) => line)
    expect(lines).toEqual(ONLY.map(([, becomes]) => becomes))
  })

  test('knows every name and every rule', () => {
    const ask = (words: string, at: number, line: string) =>
      run('bash', [
        '--norc',
        '-c',
        `source recvq.bash; COMP_WORDS=(${words}); COMP_CWORD=${at}; COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; _recvq 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ])
        .trimEnd()
        .split('\n')
    // a name's own characters come back escaped, as they must be typed
    const plain = (words: readonly string[]) => words.map((word) => word.replace(/\\(.)/g, '$1'))
    expect(ask("recvq --rule ''", 2, 'recvq --rule ')).toEqual(RULES.map(({ id }) => id))
    expect(plain(ask("recvq explain ''", 2, 'recvq explain '))).toEqual(allTopics().flatMap(topicNames))
  })

  test('offers no command behind a command', () => {
    expect(
      run('bash', [
        '--norc',
        '-c',
        `source recvq.bash; COMP_WORDS=(recvq sockets di); COMP_CWORD=2; COMP_LINE='recvq sockets di'; _recvq; echo \${#COMPREPLY[@]}`,
      ]),
    ).toBe('0\n')
  })
})

describe.skipIf(!has('fish'))('fish (where it is installed)', () => {
  test.each(ONLY)('%s', (typed, becomes) => {
    const out = run('fish', ['--no-config', '-c', `source recvq.fish; complete -C '${typed}'`])
    const word = becomes.slice(becomes.lastIndexOf(' ') + 1)
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t', 1)[0]),
    ).toEqual([word])
  })

  test('tells what a name is', () => {
    const out = run('fish', ['--no-config', '-c', `source recvq.fish; complete -C 'recvq explain CLOSE_W'`])
    expect(out).toBe('CLOSE_WAIT\tThe peer has closed, this side has not\n')
  })
})

describe.skipIf(!has('zsh'))('zsh (where it is installed)', () => {
  test('completes what is typed', () => {
    writeFileSync(
      join(folder, 'zshrc'),
      `autoload -Uz compinit; compinit -u -D
source ${folder}/recvq.zsh
unsetopt beep
recvq() { print -r -- "<recvq \${(j: :)@}>" }
print are you ready
`,
    )
    const script = `zmodload zsh/zpty
zpty z "PS1= zsh -f -i"
zpty -w z 'source ${folder}/zshrc'
zpty -r -m z out '*are you ready*'
${ONLY.map(([line]) => `zpty -w -n z $'${line}\\t\\n'; zpty -r -m z out '*<recvq*>*'; print -r -- "$out"`).join('\n')}
zpty -d z`
    const out = run('zsh', ['-f', '-c', script])
    const lines = [...out.matchAll(/<(recvq[^<>]*)>/g)].map(([, line]) => line)
    expect(lines).toEqual(ONLY.map(([, becomes]) => becomes))
  })
})

test('a shell there is no script for is refused with the choices', () => {
  const { status, stderr } = spawnSync(process.execPath, [main, 'completion', 'ksh'], { encoding: 'utf8' })
  expect(status).toBe(2)
  expect(stderr).toContain('bash, zsh, fish')
})

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from '../../src/model/finding.ts'
import { LANGS, type Lang } from '../../src/model/text.ts'
import type { Made } from '../gen.ts'

/** What the reader is shown the diagnosis of: the second reading of a real node's NodePort listeners. */
const TRANSCRIPT = 'test/fixtures/transcripts/nodeport.md'
const READING = 2

const SHORTENED = {
  en: (command: string) => `Shortened; \`${command}\` prints it in full.`,
  zh: (command: string) => `有删节；完整输出见 \`${command}\`。`,
} satisfies Record<Lang, (command: string) => string>

/** README in both languages, with the sample that the program of this very tree prints. */
export async function samples(root: string): Promise<readonly Made[]> {
  // late: the rules are imported when their barrel is fresh
  const { readFileInput } = await import('../../src/cli/read-file.ts')
  const { createProgress } = await import('../../src/cli/progress.ts')
  const { diagnose } = await import('../../src/diagnose.ts')
  const { renderText } = await import('../../src/report/text.ts')
  const { REPORT_WORDS } = await import('../../src/words/report.ts')
  const options = { lang: 'en', netns: 'all', interval: 0, color: 'never', 'path.procfs': '/proc' } as const
  const file = join(root, `${TRANSCRIPT}#${READING}`)
  const input = await readFileInput(file, options, createProgress(process.stderr))
  const report = diagnose({ ...input, version: '' })
  const shown = { ...report, findings: report.findings.map(shorten) }
  return LANGS.map((lang) => {
    const text = renderText(shown, { lang, all: false, verbose: false, color: false, width: 100 })
    const [judged = ''] = text.split(`\n${REPORT_WORDS.lookedAt[lang]}\n`)
    const command = `npm start -- diagnose ${TRANSCRIPT}#${READING}${lang === 'en' ? '' : ` --lang ${lang}`}`
    const sample = `\`\`\`\n${judged.trim()}\n\`\`\`\n\n${SHORTENED[lang](command)}`
    const [path, name] = lang === 'en' ? ['README.md', 'sample'] : [`README.${lang}.md`, `sample.${lang}`]
    const first = between(readFileSync(join(root, path), 'utf8'), name, sample)
    return { path, text: COMMANDS.reduce((readme, one) => withCommand(root, readme, one, lang), first) }
  })
}

/** Commands of which README shows the first lines, whole paragraphs of them; the comment's name is the command's. */
const COMMANDS: readonly { readonly args: readonly string[]; readonly paragraphs: number }[] = [
  { args: ['services', '30720', '--from', `${TRANSCRIPT}#${READING}`], paragraphs: 3 },
  { args: ['sockets', '--from', `${TRANSCRIPT}#${READING}`, '--unaccepted', '--port', '30720'], paragraphs: 3 },
  { args: ['diff', TRANSCRIPT], paragraphs: 6 },
  { args: ['explain', 'ListenDrops'], paragraphs: 5 },
]

function withCommand(
  root: string,
  readme: string,
  { args, paragraphs }: (typeof COMMANDS)[number],
  lang: Lang,
): string {
  const run = spawnSync(process.execPath, ['src/cli/main.ts', ...args, '--lang', lang], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '100', NO_COLOR: '1' },
  })
  // `diff` ends with 1 where something differs.
  if (run.status === null || run.status > 1) throw new Error(`recvq ${args.join(' ')}: ${run.stderr}`)
  const shown = run.stdout.trim().split('\n\n').slice(0, paragraphs).join('\n\n')
  const name = lang === 'en' ? (args[0] ?? '') : `${args[0]}.${lang}`
  return between(readme, name, `\`\`\`\n$ recvq ${args.join(' ')}\n${shown}\n\`\`\``)
}

/** A root cause keeps some of each of its lists, what it leads to its sentences. */
function shorten(finding: Finding): Finding {
  const { causes, evidence, remedies, notHelpful, unknowns } = finding
  if (causes.length > 0) return { ...finding, evidence: [], remedies: [], unknowns: [] }
  return {
    ...finding,
    evidence: evidence.slice(0, 4),
    remedies: remedies.slice(0, 2),
    notHelpful: notHelpful.slice(0, 3),
    unknowns: unknowns.slice(0, 1),
  }
}

/** The text with what stands between the comments `NAME: begin` and `NAME: end` replaced. Errors: throws where they are not. */
function between(text: string, name: string, filling: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`]
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from === -1 || to < from) throw new Error(`${begin} … ${end} is not in the text`)
  return `${text.slice(0, from + begin.length)}\n${filling}\n${text.slice(to)}`
}

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
    return { path, text: between(readFileSync(join(root, path), 'utf8'), name, sample) }
  })
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

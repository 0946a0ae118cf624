import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Lab, openLab } from '../../src/lab/lab.ts'
import { findWay, type LabNetns } from '../../src/lab/namespace.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

const found = await findWay()
/** Why no lab test can run here, to stand behind the name of a skipped test; null: they can. */
export const NO_LAB = found.way === null ? ` (skipped: ${found.why})` : null

/** Why this scenario cannot run here, likewise. */
export const noLabFor = ({ rootOnly = false }: { readonly rootOnly?: boolean }): string | null =>
  NO_LAB ?? (rootOnly && process.getuid?.() !== 0 ? ' (skipped: only root can make it)' : null)

/** The report as `-o json` prints it: one language. */
export interface PrintedReport {
  /** Of the program that printed it. */
  readonly exitCode: number
  readonly findings: readonly PrintedFinding[]
  readonly outcomes: readonly { readonly rule: string; readonly outcome: string; readonly why: string | null }[]
  readonly gaps: readonly { readonly part: string; readonly reason: string; readonly detail: string }[]
}

export interface PrintedFinding {
  readonly id: string
  readonly rule: string
  readonly severity: 'critical' | 'warning' | 'info'
  readonly confidence: string
  readonly when: string
  readonly subject: { readonly port?: number; readonly process?: string }
  readonly summary: string
  readonly evidence: readonly { readonly label: string; readonly value: unknown; readonly limit: unknown }[]
  readonly causes: readonly { readonly id: string }[]
}

export interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Open a lab, use it, and close it whatever came. */
export async function withLab<T>(use: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await openLab()
  try {
    return await use(lab)
  } finally {
    await lab.close()
  }
}

/** Run a command to its end, whatever its exit code. */
export function run([command = '', ...args]: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...process.env, ...env }, timeout: 30_000, maxBuffer: 64 * 1024 * 1024 }
    execFile(command, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code
      if (typeof code === 'number') resolve({ code, stdout, stderr })
      else reject(error)
    })
  })
}

/** The command line that runs the program from its source. */
export const recvq = (...args: readonly string[]): readonly string[] => [process.execPath, MAIN, ...args]

/** The live verdict on a namespace: from outside by its name, or, where it has none, from inside. */
export async function diagnoseLive(netns: LabNetns): Promise<PrintedReport> {
  const command = (which: string) => recvq('diagnose', '--netns', which, '-o', 'json', '--interval', '1s')
  return readReport(await run(netns.name === null ? netns.inside(command('self')) : command(netns.name)))
}

/** The verdict on captured text. */
export async function diagnoseText(file: string): Promise<PrintedReport> {
  return readReport(await run(recvq('diagnose', file, '-o', 'json')))
}

/** Errors: throws with what the program said when it printed no report. */
export function readReport({ code, stdout, stderr }: Run): PrintedReport {
  try {
    return { ...JSON.parse(stdout), exitCode: code }
  } catch {
    throw new Error(`no report, exit code ${code}: ${stderr}${stdout.slice(0, 500)}`)
  }
}

export const rulesFound = (report: PrintedReport): readonly string[] => [
  ...new Set(report.findings.map(({ rule }) => rule)),
]

export const grave = (report: PrintedReport): readonly string[] =>
  report.findings.filter(({ severity }) => severity !== 'info').map(({ rule, summary }) => `${rule}: ${summary}`)

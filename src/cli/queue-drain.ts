import { closeSync, openSync, writeSync } from 'node:fs'
import { isSea } from 'node:sea'
import type { DrainPolicy, RefusalCode } from '../model/queue-drain.ts'
import type { Text } from '../model/text.ts'
import { OTHERWISE, REFUSAL_WORDS, DRAIN_WORDS as W } from '../words/queue-drain.ts'
import { say } from '../words/say.ts'
import { EXIT } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { CommonOptions } from './input.ts'
import { parseInterval } from './interval.ts'
import type { TableOutput } from './table-output.ts'

/** What both `queue drain` and `queue open --accept` are told. */
export interface DrainFlags extends CommonOptions {
  readonly output: TableOutput
  readonly netns: string
  readonly accept?: string
  readonly live?: DrainPolicy['live']
  readonly payload: boolean
  readonly yes: boolean
  readonly pid?: string
  readonly address?: string
  readonly unseen: boolean
  readonly interval: string
  readonly record?: string
  readonly all: boolean
}

export function policyOf({ accept, live = 'keep', payload }: DrainFlags): DrainPolicy {
  const most = accept === undefined ? null : /^\d{1,9}$/.test(accept) ? Number(accept) : 0
  if (most === 0) throw new Failure(say(W.badCount, { value: accept ?? '' }))
  return { live, most, payload }
}

export function pidOf({ pid }: DrainFlags): number | null {
  if (pid === undefined) return null
  if (!/^[1-9]\d{0,9}$/.test(pid)) throw new Failure(say(W.badPid, { value: pid }))
  return Number(pid)
}

/** Milliseconds. A second at least: a program that accepts may pause for less. */
export function watchOf({ interval }: DrainFlags): number {
  const ms = parseInterval(interval)
  if (ms < 1000) throw new Failure(say(W.shortInterval, { value: interval }))
  return ms
}

/** Refusals that another choice on the command line mends, or that show a queue which needs nothing. */
const NEEDS_NOTHING: readonly RefusalCode[] = ['accepting']
const ASKS_FOR_MORE: readonly RefusalCode[] = ['several-places', 'several-listeners', 'wrong-pid', 'gone']

/** A refusal as the program ends with it: why, and what else frees the queue at what price. */
export function failureOf(port: number, code: RefusalCode, detail: string): Failure {
  const text = say(W.refused, { port: String(port), why: REFUSAL_WORDS[code], detail })
  return new Failure(text, { hint: hintOf(code), exitCode: EXIT.refused })
}

function hintOf(code: RefusalCode): Text | null {
  if (NEEDS_NOTHING.includes(code)) return OTHERWISE.healthy
  if (ASKS_FOR_MORE.includes(code)) return null
  const { restart, notThis } = OTHERWISE
  return { en: `${restart.en} ${notThis.en}`, zh: `${restart.zh}${notThis.zh}` }
}

/** The file for the record, made before anything is taken: what cannot be recorded is not done. Errors: Failure */
export function openRecord({ record }: DrainFlags, port: number, now: Date) {
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const file = record ?? `recvq-drain-${port}-${time}.json`
  try {
    const fd = openSync(file, 'wx', 0o600)
    return {
      file,
      write(text: string) {
        writeSync(fd, text)
        closeSync(fd)
      },
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Failure(say(W.cannotRecord, { file, why }))
  }
}

/** The argument vector that runs this program again, as the one that accepts from a blocking socket. */
export function helperProgram(): readonly string[] {
  const script = isSea() ? [] : [...process.execArgv, process.argv[1] ?? '']
  return [process.execPath, ...script, 'queue', 'accept-as-told']
}

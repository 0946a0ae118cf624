import { CLI_WORDS as W } from '../words/cli.ts'
import { say } from '../words/say.ts'
import { Failure } from './failure.ts'
import type { Input, InputOptions } from './inputs.ts'
import type { Progress } from './progress.ts'

/** One file (or standard input): a file of `recvq collect`, or a transcript. `FILE#2`: only its second reading. */
export async function readFileInput(name: string, options: InputOptions, progress: Progress): Promise<Input> {
  progress.show(say(W.readingFile, { file: name })[options.lang])
  throw new Failure(say(W.noSuchReading, { file: name, n: 0, pick: '1' }))
}

import type { ExitCode } from './exit-code.ts'
import { EXIT } from './exit-code.ts'
import type { CommonOptions } from './inputs.ts'

export interface CollectOptions extends CommonOptions {
  readonly output: string
  readonly interval: string
  readonly netns: string
  readonly force: boolean
}

export async function runCollect(_options: CollectOptions): Promise<ExitCode> {
  return EXIT.healthy
}

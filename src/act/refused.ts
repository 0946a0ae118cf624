import type { RefusalCode } from '../model/queue-drain.ts'

/** A queue that is left alone, and why. */
export class Refused extends Error {
  readonly code: RefusalCode
  /** English, technical: the call and its errno, the pids. */
  readonly detail: string

  constructor(code: RefusalCode, detail: string) {
    super(detail)
    this.name = 'Refused'
    this.code = code
    this.detail = detail
  }
}

import { visible } from '../report/visible.ts'
import { widthOf } from '../report/wrap.ts'

/** Says on one line what is going on, while it is going on. */
export interface Progress {
  show(text: string): void
  /** Leaves nothing behind. */
  clear(): void
}

const ERASE = '\r\u001b[2K'

/** On a terminal: one line, rewritten. Elsewhere: silence, logs are not for that. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY || process.env.TERM === 'dumb') return { show: () => {}, clear: () => {} }
  let shown = false
  return {
    show(text) {
      // a terminal that has not been told its size says 0
      const room = Math.max(20, (stream.columns || 80) - 1)
      stream.write(`${ERASE}${cut(visible(text).replaceAll('\n', ' '), room)}`)
      shown = true
    },
    clear() {
      if (shown) stream.write(ERASE)
      shown = false
    },
  }
}

/** As much as fits on one line: a line that wraps cannot be taken back. */
function cut(text: string, room: number): string {
  if (widthOf(text) <= room) return text
  let kept = ''
  for (const char of text) {
    if (widthOf(kept + char) >= room) break
    kept += char
  }
  return `${kept}…`
}

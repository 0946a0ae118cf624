import { visible } from '../report/visible.ts'

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
      const room = Math.max(20, (stream.columns ?? 80) - 1)
      const flat = visible(text).replaceAll('\n', ' ')
      // Wide characters take two columns: half the room is always enough for them, and a progress line needs no more.
      const fits =
        flat.length * 2 <= room ? flat : [...flat].slice(0, /^[ -~…]*$/.test(flat) ? room : room / 2).join('')
      stream.write(`${ERASE}${fits}`)
      shown = true
    },
    clear() {
      if (shown) stream.write(ERASE)
      shown = false
    },
  }
}

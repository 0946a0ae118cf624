import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanLine, visible } from './clean-line.ts'

describe('cleanLine', () => {
  it.each([
    ['plain text', 'plain text'],
    ['LISTEN 0 128\r', 'LISTEN 0 128'],
    ['trailing   ', 'trailing'],
    ['\u001b[1;31mLISTEN\u001b[0m 0', 'LISTEN 0'],
    ['\u001b]0;root@node1: ~\u0007root@node1:~# ss', 'root@node1:~# ss'],
    ['\u001b]0;t\u001b\\x', 'x'],
    ['\u001b[?2004hroot@n:~# ss\u001b[K', 'root@n:~# ss'],
    ['\u001b(Bx', 'x'],
    ['n\u0000u\u0000l', 'nul'],
    ['s\bss -lnx\bt', 'ss -lnt'],
    ['progress 10%\rprogress 99%\rdone', 'done'],
    ['--More--LISTEN 0', 'LISTEN 0'],
    ['--More--(42%)\r        \rLISTEN 0', 'LISTEN 0'],
    ['a\u00a0b', 'a b'],
    ['\u009b31mx', 'x'],
    ['\u001b[', ''],
    ['\u001b', ''],
  ])('%j → %j', (raw, clean) => {
    expect(cleanLine(raw)).toBe(clean)
  })

  it('leaves no control character but the tab, whatever comes', () => {
    const nasty = fc.array(
      fc.oneof(
        fc.constantFrom('\u001b', '[', ']', 'P', '\b', '\r', '\u0000', '\u009b', '\u0007', '\\', 'm', ';', '\t'),
        fc.string(),
      ),
    )
    fc.assert(
      fc.property(nasty, (pieces) => {
        for (const char of cleanLine(pieces.join(''))) {
          const code = char.codePointAt(0) ?? 0
          expect(code === 9 || (code >= 32 && code !== 127)).toBe(true)
        }
      }),
    )
  })

  it('is linear', () => {
    const start = performance.now()
    cleanLine('\u001b['.repeat(300_000))
    cleanLine('\b'.repeat(300_000))
    cleanLine(`${'\r'.repeat(300_000)}x`)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})

describe('visible', () => {
  it('shows what a terminal would obey', () => {
    expect(visible('a\u001b[31mb\tc\u007f\u202ex')).toBe('a␛[31mb c␡�x')
  })
  it('cuts to the length asked for', () => {
    expect(visible('x'.repeat(500))).toHaveLength(120)
  })
})

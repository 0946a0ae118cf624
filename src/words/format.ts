import type { End } from '../model/socket.ts'
import type { Text } from '../model/text.ts'

/** `10.0.0.1:80`, `[::]:80`. */
export function formatEnd({ address, port }: End): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`
}

/** The same in every language: numbers, addresses, commands. */
export const plain = (value: string): Text => ({ en: value, zh: value })

/** A list cut after `most`, saying how many are left out. */
export function formatList(items: readonly string[], most = 6): Text {
  const shown = items.slice(0, most)
  const left = items.length - shown.length
  return {
    en: left > 0 ? `${shown.join(', ')} and ${left} more` : shown.join(', '),
    zh: left > 0 ? `${shown.join('、')} 等共 ${items.length} 项` : shown.join('、'),
  }
}

/** The same of texts. */
export const formatTexts = (items: readonly Text[], most = 6): Text => ({
  en: formatList(
    items.map((one) => one.en),
    most,
  ).en,
  zh: formatList(
    items.map((one) => one.zh),
    most,
  ).zh,
})

/** 3210 → `3.2 s`, 4000000 → `1 h 6 min`, three days → `3 d 0 h`. */
export function formatMs(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`
  const hours = Math.floor(minutes / 60)
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** A word of a shell command. Names come from the input: what a shell would act on is put in quotes. */
export const shellWord = (word: string): string =>
  /^[\w.:/@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

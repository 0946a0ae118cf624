/** A sentence for people, in every language recvq speaks. */
export interface Text {
  readonly en: string
  readonly zh: string
}

export type Lang = keyof Text

export const LANGS: readonly Lang[] = ['en', 'zh']

/** A sentence for people, in every language recvq speaks. */
export interface Text {
  readonly en: string
  readonly zh: string
}

export type Lang = keyof Text

export const LANGS: readonly Lang[] = ['en', 'zh']

/** A value as it is printed: every Text is a string in one language, everything else stays. */
export type Printed<T> = T extends Text ? string : T extends object ? { readonly [K in keyof T]: Printed<T[K]> } : T

/** One line of a text, counted from 1, without its line end. */
export interface Line {
  readonly number: number
  readonly text: string
  /** It was too long and only its beginning is here. */
  readonly cut: boolean
}

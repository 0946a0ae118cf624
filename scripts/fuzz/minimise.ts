import { tryInput } from './try-input.ts'

const TRIES = 400
const MOST_MS = 15_000

/** A shorter text with the same first line of failure: pieces are left out as long as it still fails. */
export async function minimise(text: Buffer, failure: string): Promise<Buffer> {
  const same = async (other: Buffer) => kindOf((await tryInput(other)) ?? '') === kindOf(failure)
  let smallest = text
  let tries = 0
  const end = performance.now() + MOST_MS
  const goesOn = () => tries < TRIES && performance.now() < end
  for (let piece = Math.ceil(text.length / 2); piece >= 1 && goesOn(); piece = Math.floor(piece / 2)) {
    for (let at = 0; at < smallest.length && goesOn(); tries++) {
      const shorter = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + piece)])
      if (await same(shorter)) smallest = shorter
      else at += piece
    }
  }
  return smallest
}

/** Without the numbers, which change with the text. */
const kindOf = (failure: string) => (failure.split('\n')[0] ?? '').replace(/\d+/g, '#').slice(0, 60)

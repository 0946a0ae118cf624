import type { Listing } from '../model/listing.ts'
import { CLI_WORDS as W } from '../words/cli.ts'
import { LISTING_WORDS } from '../words/listing.ts'
import { say } from '../words/say.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { CommonOptions } from './input.ts'
import { createProgress } from './progress.ts'
import { readFileInput } from './read-file.ts'
import { wantsColor, widthFrom } from './terminal.ts'

export interface ReadOptions extends CommonOptions {
  readonly output: 'text' | 'json'
  readonly all: boolean
}

/** `recvq read`: what was made of each text, line by line; nothing is judged. */
export async function runRead(files: readonly string[], options: ReadOptions): Promise<ExitCode> {
  if (files.filter((file) => file === '-').length > 1) throw new Failure(W.stdinTwice)
  const progress = createProgress(process.stderr)
  const listings: Listing[] = []
  try {
    for (const file of files) {
      const read = await readFileInput(file, { ...options, interval: 0, netns: 'all' }, progress)
      if (read.listings.length === 0) throw new Failure(say(LISTING_WORDS.noText, { file }))
      listings.push(...read.listings)
    }
  } finally {
    progress.clear()
  }
  process.stdout.write(await render(listings, options))
  return EXIT.healthy
}

async function render(listings: readonly Listing[], { output, lang, all, color }: ReadOptions): Promise<string> {
  if (output === 'json') return (await import('../report/listing-json.ts')).renderListings(listings)
  const { renderListing } = await import('../report/listing.ts')
  const { isTTY } = process.stdout
  const page = {
    lang,
    all,
    verbose: all,
    color: wantsColor(color, isTTY === true, process.env),
    width: widthFrom(process.stdout.columns || process.stderr.columns, process.env),
  }
  return listings.map((listing) => renderListing(listing, page)).join('\n')
}

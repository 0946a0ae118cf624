import type { Listing } from '../model/listing.ts'
import { escapeHidden } from './json.ts'

/** One listing as JSON; several as a list of them. */
export function renderListings(listings: readonly Listing[]): string {
  const [only] = listings
  return `${escapeHidden(JSON.stringify(only && listings.length === 1 ? only : listings, null, 2))}\n`
}

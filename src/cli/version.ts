import manifest from '../../package.json' with { type: 'json' }

/** Stands in one place, package.json; bundlers put it in. */
export const VERSION: string = manifest.version

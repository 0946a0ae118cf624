/** The shells there is a completion script for. Apart from the scripts, which are read only when one is asked for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

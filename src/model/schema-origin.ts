import { z } from 'zod'

/** Pieces that the schemas of several files share. */

export const count = z.number().nonnegative()
export const line = z.int().nonnegative()

export const origin = z.union([
  z.object({ file: z.string(), line, command: z.string().nullable() }),
  z.object({ via: z.string() }),
])

export const processRef = z.object({ pid: z.number().nullable(), comm: z.string(), fd: z.number().nullable() })

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import type { Made } from '../gen.ts'

/** The published JSON Schemas: those of the zod objects that recvq itself reads and writes with. */
export async function schemas(root: string): Promise<readonly Made[]> {
  const file = join(root, 'src/model/schema.ts')
  if (!existsSync(file)) return []
  const { snapshotSchema, reportSchema } = await import(pathToFileURL(file).href)
  return [schema('snapshot', 'Snapshot', snapshotSchema), schema('report', 'Report', reportSchema)]
}

/** `v1` is the version in apiVersion: it changes when a reader of the old one could not read the new one. */
function schema(name: string, kind: string, of: z.ZodType): Made {
  const { $schema, ...rest } = z.toJSONSchema(of, { target: 'draft-2020-12', io: 'output' })
  const text = { $schema, $id: `urn:recvq:v1:${kind}`, title: `recvq/v1 ${kind}`, ...rest }
  return { path: `schema/${name}.json`, text: `${JSON.stringify(text, null, 2)}\n` }
}

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { uniteSeries } from '../../src/cli/series.ts'
import { collectTranscript } from '../../src/collect/transcript.ts'
import { diagnose } from '../../src/diagnose.ts'
import { truthOf } from './captured.ts'
import { type Judged, saidIn, type Truth } from './case.ts'

/** Every text of test/fixtures whose causes are written down, by its path there. */
export function truths(folder: string): ReadonlyMap<string, Truth> {
  const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'))
  const written = Object.entries<Truth>(read('expected-causes.json'))
  const captured = globSync('captured/*/*.expect.json', { cwd: folder })
    .sort()
    .map((file) => [file.replace('.expect.json', '.txt'), truthOf(read(file))] as const)
  return new Map([...written, ...captured])
}

/** What the program says of each of them, read from the file as its command does. */
export async function judgeFixtures(folder: string): Promise<readonly Judged[]> {
  const judged: Judged[] = []
  for (const [name, truth] of truths(folder)) judged.push({ name, truth, said: await saidOf(join(folder, name)) })
  return judged
}

async function saidOf(file: string) {
  const { series, ...read } = await collectTranscript(file)
  return saidIn(diagnose({ ...read, series: uniteSeries(series), version: '0' }).findings)
}

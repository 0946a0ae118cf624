import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Made } from '../gen.ts'

/** src/rules/index.ts: every file that has a rule as its default export, sorted by name. */
export function ruleBarrel(root: string): Made | null {
  return barrel(root, {
    path: 'src/rules/index.ts',
    from: 'src/rules',
    define: 'defineRule',
    type: { name: 'Rule', from: './define-rule.ts' },
    list: 'RULES',
  })
}

/** src/lab/index.ts: the same for src/lab/scenarios. null as long as there are none. */
export function scenarioBarrel(root: string): Made | null {
  return barrel(root, {
    path: 'src/lab/index.ts',
    from: 'src/lab/scenarios',
    define: 'defineScenario',
    type: { name: 'Scenario', from: './define-scenario.ts' },
    list: 'SCENARIOS',
  })
}

interface Barrel {
  readonly path: string
  readonly from: string
  readonly define: string
  readonly type: { readonly name: string; readonly from: string }
  readonly list: string
}

function barrel(root: string, { path, from, define, type, list }: Barrel): Made | null {
  const folder = join(root, from)
  if (!existsSync(folder)) return null
  const ids = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .filter((name) => readFileSync(join(folder, name), 'utf8').includes(`export default ${define}(`))
    .map((name) => basename(name, '.ts'))
    .sort()
  const to = from === path.slice(0, path.lastIndexOf('/')) ? '.' : `./${basename(from)}`
  const text = [
    '// Made by `npm run gen` from the files that it imports.',
    ...ids.map((id) => `import ${camel(id)} from '${to}/${id}.ts'`),
    `import type { ${type.name} } from '${type.from}'`,
    '',
    `export const ${list}: readonly ${type.name}[] = [${ids.map(camel).join(', ')}]`,
    '',
  ].join('\n')
  return { path, text: tidy(root, path, text) }
}

/** As biome would have it: import order and line breaks are its business. */
function tidy(root: string, path: string, text: string): string {
  const biome = join(root, 'node_modules/.bin/biome')
  return execFileSync(biome, ['check', '--write', `--stdin-file-path=${path}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  })
}

export const camel = (id: string): string => id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/**
 * Write src/parse/netstat-s-names.ts from a table of counters: `node scripts/gen-netstat-names.ts TABLE.json > src/parse/netstat-s-names.ts`.
 * The table maps nstat's name to { section, name, netToolsText[] }.
 */
import { readFileSync } from 'node:fs'

interface Entry {
  readonly section?: string
  readonly name?: string
  readonly netToolsText?: readonly string[]
}

const path = process.argv[2]
if (path === undefined) throw new Error('wanted: the path of the table')
const table = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, Entry>>

const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
const sections = new Map<string, string[]>()
for (const { section, name, netToolsText } of Object.values(table)) {
  if (section === undefined || name === undefined) continue
  const texts = [...new Set((netToolsText ?? []).map((text) => text.replace(/\.$/, '')))].filter(
    (text) => text !== name,
  )
  const lines = sections.get(section) ?? []
  lines.push(`    ${/^\w+$/.test(name) ? name : quote(name)}: [${texts.map(quote).join(', ')}],`)
  sections.set(section, lines)
}
const body = [...sections].map(([section, lines]) => `  ${section}: {\n${lines.join('\n')}\n  },`).join('\n')

process.stdout.write(`/**
 * The wordings of \`netstat -s\` for each kernel counter, every known spelling, without number and full stop.
 * Written by scripts/gen-netstat-names.ts. An empty list: always printed raw, as \`Name: n\`.
 * Source: net-tools statistics.c of 1.60 (2001), of 2010 (Debian jessie) and of 2.10; Linux net/ipv4/proc.c
 */
export const NETSTAT_S_NAMES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
${body}
}
`)

import type { TextOptions } from '../report/text/page.ts'
import type { CommonOptions } from './input.ts'
import { wantsColor, widthFrom } from './terminal.ts'

/** How tables can be printed. */
export const TABLE_OUTPUTS = ['text', 'json', 'yaml'] as const
export type TableOutput = (typeof TABLE_OUTPUTS)[number]

export interface TableOptions extends CommonOptions {
  readonly output: TableOutput
  readonly all: boolean
}

/** Print what a listing command found: its own text, or the object as JSON or YAML. */
export async function printTable(
  list: object,
  { output, lang, all, color }: TableOptions,
  render: (page: TextOptions) => string,
): Promise<void> {
  process.stdout.write(output === 'text' ? render(pageOf()) : await asData(list, output))

  function pageOf(): TextOptions {
    const { isTTY } = process.stdout
    return {
      lang,
      all,
      verbose: all,
      color: wantsColor(color, isTTY === true, process.env),
      width: widthFrom(process.stdout.columns || process.stderr.columns, process.env),
    }
  }
}

async function asData(list: object, output: 'json' | 'yaml'): Promise<string> {
  if (output === 'yaml') return (await import('../report/yaml.ts')).toYaml(list)
  const { escapeHidden } = await import('../report/json.ts')
  return `${escapeHidden(JSON.stringify(list, null, 2))}\n`
}

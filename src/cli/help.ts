import type { HelpConfiguration, Option } from 'commander'
import type { Lang, Text } from '../model/text.ts'
import { widthOf, wrap } from '../report/wrap.ts'
import { USAGE_ERRORS, CLI_WORDS as W } from '../words/cli.ts'
import { say } from '../words/say.ts'

const TITLES: Readonly<Record<string, Text>> = {
  'Usage:': W.usage,
  'Arguments:': W.arguments,
  'Options:': W.options,
  'Commands:': W.commands,
}

/** How commander prints help: in the reader's language, wide characters counted as two columns. */
export function helpIn(lang: Lang): HelpConfiguration {
  return {
    displayWidth: widthOf,
    boxWrap: (text, width) =>
      text
        .split('\n')
        .flatMap((line) => wrap(line, width))
        .join('\n'),
    styleTitle: (title) => TITLES[title]?.[lang] ?? title,
    optionDescription: (option) => describeOption(option, lang),
  }
}

function describeOption(option: Option, lang: Lang): string {
  const extra = [
    ...(option.argChoices ? [say(W.choices, { list: option.argChoices.join(', ') })[lang]] : []),
    ...(typeof option.defaultValue === 'string' ? [say(W.byDefault, { value: option.defaultValue })[lang]] : []),
  ]
  if (extra.length === 0) return option.description
  return lang === 'zh' ? `${option.description}（${extra.join('；')}）` : `${option.description} (${extra.join('; ')})`
}

/** Commander's complaint in the reader's language, and where to look further. One that is not known stays as it is. */
export function usageError(text: string, lang: Lang, command: string): string {
  const hint = say(W.tryHelp, { command: command.endsWith('recvq') ? '' : command })[lang].replace('  ', ' ')
  const named = USAGE_ERRORS.find(({ starts }) => text.startsWith(`error: ${starts}`))
  const body =
    lang === 'en' || !named
      ? text.trimEnd()
      : `${W.error[lang]}${named.zh}${text.slice(7 + named.starts.length).trimEnd()}`
  return `${body}\n  ${hint}\n`
}

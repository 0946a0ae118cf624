import { Command, CommanderError, Option } from 'commander'
import type { Lang } from '../model/text.ts'
import { visible } from '../report/visible.ts'
import { CLI_WORDS as W } from '../words/cli.ts'
import { REDACT_WORDS as R } from '../words/redact.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { describeFailure } from './failure.ts'
import { helpIn, usageError } from './help.ts'
import { kubeOptions } from './kube.ts'
import { addQueueCommands } from './queue-commands.ts'
import { addTableCommands } from './table-commands.ts'
import { languageOf } from './terminal.ts'
import { VERSION } from './version.ts'

/** How a report can be printed. */
const OUTPUTS = ['text', 'json', 'yaml', 'markdown', 'html'] as const

/** Read the arguments, run what they ask for, and tell how it ended. Commands are imported when they are asked for. */
export async function runProgram(args: readonly string[]): Promise<ExitCode> {
  const lang = languageOf(args, process.env)
  let code: ExitCode = EXIT.healthy
  const program = buildProgram(lang, (ended) => {
    code = ended
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.healthy : EXIT.usage
    const { message, exitCode } = describeFailure(error, lang)
    process.stderr.write(message)
    return exitCode
  }
}

function buildProgram(lang: Lang, end: (code: ExitCode) => void): Command {
  const program = inManner(new Command(nameFrom(process.argv[1])), lang)
    .description(W.about[lang])
    .version(VERSION, '-V, --version', W.versionOption[lang])
    .helpCommand('help [command]', W.helpCommand[lang])
    .addHelpText('after', `\n${W.exitCodes[lang]}`)

  const diagnose = inManner(program.command('diagnose [file...]', { isDefault: true }), lang)
    .summary(W.diagnoseAbout[lang])
    .description(`${W.diagnoseAbout[lang]}\n\n${W.diagnoseFiles[lang]}`)
    .option('--from <file...>', W.fromOption[lang])
    .addOption(new Option('-o, --output <format>', W.outputOption[lang]).choices(OUTPUTS).default('text'))
    .addOption(
      new Option('--fail-on <severity>', W.failOnOption[lang])
        .choices(['critical', 'warning', 'info'])
        .default('warning'),
    )
    .option('--rule <id...>', W.ruleOption[lang])
    .addOption(
      new Option('--min-confidence <confidence>', W.minConfidenceOption[lang])
        .choices(['possible', 'likely', 'certain'])
        .default('possible'),
    )
    .option('--since <time>', W.sinceOption[lang])
    .option('--interval <time>', W.intervalOption[lang], '3s')
    .option('--netns <name>', W.netnsOption[lang], 'all')
    .option('--all', W.allOption[lang], false)
    .option('-v, --verbose', W.verboseOption[lang], false)
    .option('--redact', R.redactOption[lang], false)
    .option('--salt <text>', R.saltOption[lang])
    .addHelpText('after', `\n${W.exitCodes[lang]}`)
  kubeOptions(everywhere(diagnose, lang), lang).action(async (files: string[], options) => {
    const { runDiagnose } = await import('./diagnose.ts')
    end(await runDiagnose([...files, ...(options.from ?? [])], { ...options, lang }))
  })

  const read = inManner(program.command('read <file...>'), lang)
    .summary(W.readAbout[lang])
    .description(`${W.readAbout[lang]}\n\n${W.diagnoseFiles[lang]}`)
    .addOption(new Option('-o, --output <format>', W.outputOption[lang]).choices(['text', 'json']).default('text'))
    .option('--all', W.readAllOption[lang], false)
  everywhere(read, lang).action(async (files: string[], options) => {
    const { runRead } = await import('./read.ts')
    end(await runRead(files, { ...options, lang }))
  })

  const collect = inManner(program.command('collect'), lang)
    .description(W.collectAbout[lang])
    .requiredOption('-o, --output <file>', W.collectOutputOption[lang])
    .option('--interval <time>', W.intervalOption[lang], '3s')
    .option('--netns <name>', W.netnsOption[lang], 'all')
    .option('--force', W.forceOption[lang], false)
    .option('--redact', R.redactOption[lang], false)
    .option('--salt <text>', R.saltOption[lang])
  everywhere(collect, lang).action(async (options) => {
    const { runCollect } = await import('./collect.ts')
    end(await runCollect({ ...options, lang }))
  })

  addTableCommands((name) => everywhere(inManner(program.command(name), lang), lang), lang, end)

  addQueueCommands(
    inManner(program.command('queue'), lang),
    (parent, name) => everywhere(inManner(parent.command(name), lang), lang),
    lang,
    end,
  )

  const redact = inManner(program.command('redact <file>'), lang)
    .summary(R.about[lang])
    .description(`${R.about[lang]}\n\n${R.more[lang]}`)
    .option('-o, --output <file>', R.outputOption[lang])
    .option('--salt <text>', R.saltOption[lang])
  everywhere(redact, lang).action(async (file: string, options) => {
    const { runRedact } = await import('./redact.ts')
    end(await runRedact(file, { ...options, lang }))
  })
  return program
}

/** kubectl runs its plugins by their file's name and wants to see its own in the help. */
const nameFrom = (path = ''): string => (/(^|\/)kubectl-recvq$/.test(path) ? 'kubectl recvq' : 'recvq')

/** Options that every command takes. */
function everywhere(command: Command, lang: Lang): Command {
  return command
    .addOption(new Option('--lang <lang>', W.langOption[lang]).choices(['en', 'zh']))
    .addOption(new Option('--color <when>', W.colorOption[lang]).choices(['auto', 'always', 'never']).default('auto'))
    .option('--path.procfs <dir>', W.procfsOption[lang], '/proc')
}

/** Help and errors in one language, no exit behind our back, nothing raw to the terminal. */
function inManner(command: Command, lang: Lang): Command {
  return command
    .helpOption('-h, --help', W.helpOption[lang])
    .configureHelp(helpIn(lang))
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(visible(usageError(text, lang, command.name()))),
    })
}

import { Argument, type Command, Option } from 'commander'
import type { Lang } from '../model/text.ts'
import { CLI_WORDS as W } from '../words/cli.ts'
import { COMPLETION_WORDS as C } from '../words/completion.ts'
import { DIFF_WORDS as D } from '../words/diff.ts'
import { EXPLAIN_WORDS as E } from '../words/explain.ts'
import { SERVICE_WORDS as S } from '../words/services.ts'
import { SOCKET_WORDS as K } from '../words/sockets.ts'
import type { ExitCode } from './exit-code.ts'
import { kubeOptions } from './kube.ts'
import { SHELLS, type Shell } from './shells.ts'
import { TABLE_OUTPUTS } from './table-output.ts'

const DIFF_OUTPUTS = [...TABLE_OUTPUTS, 'markdown'] as const

/** How the program makes a command that speaks its language and takes what every command takes. */
export type MakeCommand = (name: string) => Command

/** The commands that list what was read and judge nothing. */
export function addTableCommands(make: MakeCommand, lang: Lang, end: (code: ExitCode) => void): void {
  kubeOptions(make('services [port-or-name]'), lang)
    .summary(S.about[lang])
    .description(`${S.about[lang]}\n\n${S.more[lang]}`)
    .option('--from <file...>', S.fromOption[lang])
    .addOption(new Option('-o, --output <format>', S.outputOption[lang]).choices(TABLE_OUTPUTS).default('text'))
    .option('-n, --namespace <name>', S.namespaceOption[lang])
    .option('-A, --all-namespaces', S.allNamespacesOption[lang])
    .option('-l, --selector <labels>', S.selectorOption[lang])
    .option('--netns <name>', W.netnsOption[lang], 'all')
    .option('--all', S.allOption[lang], false)
    .action(async (wanted: string | undefined, options) => {
      const { runServices } = await import('./services.ts')
      end(await runServices(wanted, { ...options, lang }))
    })

  kubeOptions(make('sockets'), lang)
    .description(K.about[lang])
    .option('--from <file...>', K.fromOption[lang])
    .addOption(new Option('-o, --output <format>', K.outputOption[lang]).choices(TABLE_OUTPUTS).default('text'))
    .option('--state <states>', K.stateOption[lang])
    .option('--port <number>', K.portOption[lang])
    .option('--process <name>', K.processOption[lang])
    .option('--pod <name>', K.podOption[lang])
    .option('--peer <address>', K.peerOption[lang])
    .option('-l, --listening', K.listeningOption[lang], false)
    .option('--unaccepted', K.unacceptedOption[lang], false)
    .option('--by <keys>', K.byOption[lang])
    .option('--netns <name>', W.netnsOption[lang], 'all')
    .option('--all', K.allOption[lang], false)
    .action(async (options) => {
      const { runSockets } = await import('./sockets.ts')
      end(await runSockets({ ...options, lang }))
    })

  make('diff [file...]')
    .summary(D.about[lang])
    .description(`${D.about[lang]}\n\n${D.more[lang]}`)
    .addOption(new Option('-o, --output <format>', D.outputOption[lang]).choices(DIFF_OUTPUTS).default('text'))
    .option('--interval <time>', W.intervalOption[lang], '3s')
    .option('--netns <name>', W.netnsOption[lang], 'all')
    .option('--all', D.allOption[lang], false)
    .action(async (files: string[], options) => {
      const { runDiff } = await import('./diff.ts')
      end(await runDiff(files, { ...options, lang }))
    })

  make('explain [name...]')
    .summary(E.about[lang])
    .description(`${E.about[lang]}\n\n${E.more[lang]}`)
    .addOption(new Option('-o, --output <format>', E.outputOption[lang]).choices(DIFF_OUTPUTS).default('text'))
    .action(async (words: string[], options) => {
      const { runExplain } = await import('./explain.ts')
      end(await runExplain(words, { ...options, lang }))
    })

  make('completion')
    .summary(C.about[lang])
    .description(`${C.about[lang]}\n\n${C.more[lang]}`)
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action(async (shell: Shell, _options: unknown, command: Command) => {
      const { runCompletion } = await import('./completion.ts')
      end(await runCompletion(shell, command.parent ?? command, lang))
    })

  make('counters')
    .description(D.countersAbout[lang])
    .option('--from <file...>', S.fromOption[lang])
    .addOption(new Option('-o, --output <format>', D.outputOption[lang]).choices(TABLE_OUTPUTS).default('text'))
    .option('--interval <time>', W.intervalOption[lang], '3s')
    .option('--netns <name>', W.netnsOption[lang], 'host')
    .option('--all', D.allOption[lang], false)
    .action(async (options) => {
      const { runCounters } = await import('./counters.ts')
      end(await runCounters({ ...options, lang }))
    })
}

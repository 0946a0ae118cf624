import { type Command, Option } from 'commander'
import type { Lang } from '../model/text.ts'
import { CLI_WORDS as C } from '../words/cli.ts'
import { QUEUE_WORDS as W } from '../words/queue.ts'
import type { ExitCode } from './exit-code.ts'
import { kubeOptions } from './kube.ts'
import { TABLE_OUTPUTS } from './table-output.ts'

/** How the program makes a command below another one. */
export type MakeBelow = (parent: Command, name: string) => Command

/** `queue list`, `queue open`, `queue drain`. What changes a machine is imported when it is asked for, and not before. */
export function addQueueCommands(queue: Command, make: MakeBelow, lang: Lang, end: (code: ExitCode) => void): void {
  queue.description(W.about[lang])
  const output = () => new Option('-o, --output <format>', W.outputOption[lang]).choices(TABLE_OUTPUTS).default('text')

  kubeOptions(make(queue, 'list'), lang)
    .description(W.listAbout[lang])
    .option('--from <file...>', W.fromOption[lang])
    .addOption(output())
    .option('--interval <time>', C.intervalOption[lang], '3s')
    .option('--netns <name>', C.netnsOption[lang], 'all')
    .option('--all', W.allOption[lang], false)
    .action(async (options) => {
      const { runQueueList } = await import('./queue-list.ts')
      end(await runQueueList({ ...options, lang }))
    })

  kubeOptions(make(queue, 'open <port>'), lang)
    .description(W.openAbout[lang])
    .addOption(output())
    .option('--each', W.eachOption[lang], false)
    .option('--netns <name>', C.netnsOption[lang], 'all')
    .option('--all', W.allOption[lang], false)
    .action(async (port: string, options) => {
      const { runQueueOpen } = await import('./queue.ts')
      end(await runQueueOpen(port, { ...options, lang }))
    })
}

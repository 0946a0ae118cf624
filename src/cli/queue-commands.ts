import { type Command, Option } from 'commander'
import type { Lang } from '../model/text.ts'
import { CLI_WORDS as C } from '../words/cli.ts'
import { QUEUE_WORDS as W } from '../words/queue.ts'
import { DRAIN_WORDS as D } from '../words/queue-drain.ts'
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

  const draining = (command: Command) =>
    command
      .option('--payload', D.payloadOption[lang], false)
      .option('--yes', D.yesOption[lang], false)
      .option('--pid <pid>', D.pidOption[lang])
      .option('--address <address>', D.addressOption[lang])
      .option('--unseen', D.unseenOption[lang], false)
      .option('--interval <time>', D.intervalOption[lang], '3s')
      .option('--record <file>', D.recordOption[lang])
      .option('--netns <name>', C.netnsOption[lang], 'all')
      .option('--all', W.allOption[lang], false)

  draining(kubeOptions(make(queue, 'open <port>'), lang))
    .summary(W.openAbout[lang])
    .description(`${W.openAbout[lang]}\n\n${D.more[lang]}`)
    .addOption(output())
    .option('--each', W.eachOption[lang], false)
    .option('--accept <n>', D.acceptOption[lang])
    .action(async (port: string, options) => {
      const { runQueueDrain, runQueueOpen } = await import('./queue.ts')
      const run = options.accept === undefined ? runQueueOpen : runQueueDrain
      end(await run(port, { ...options, lang }))
    })

  draining(make(queue, 'drain <port>'))
    .summary(D.about[lang])
    .description(`${D.about[lang]}\n\n${D.more[lang]}`)
    .addOption(output())
    .addOption(new Option('--live <what>', D.liveOption[lang]).choices(['keep', 'reset']).default('keep'))
    .action(async (port: string, options) => {
      const { runQueueDrain } = await import('./queue.ts')
      end(await runQueueDrain(port, { ...options, lang }))
    })

  // not for people: the process that accepts from a blocking socket
  queue.command('accept-as-told', { hidden: true }).action(async () => {
    const { runAcceptAsTold } = await import('./queue.ts')
    end(await runAcceptAsTold())
  })
}

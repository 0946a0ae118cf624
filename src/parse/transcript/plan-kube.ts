import type { Coverage } from '../../model/part.ts'
import { kubectlDescribe, kubectlGet, kubeObjects } from '../kube-formats.ts'
import type { Invocation } from './invocation.ts'
import { own } from './own.ts'
import { type Base, CLUSTER, WHOLE } from './plan-base.ts'
import { label } from './shown.ts'

/** kubectl's options that take the next word with them. */
const VALUED = new Set(
  (
    '-n --namespace --context --kubeconfig --cluster --user --as --as-group --token -s --server -o --output -l --selector ' +
    '--field-selector --sort-by -L --label-columns --chunk-size --request-timeout -f --filename --template -v --v -c --container'
  ).split(' '),
)

/** A kind's names on a command line, and the name that coverage gives it. */
const KINDS: Readonly<Record<string, string>> = {
  ...names('nodes', 'node nodes no'),
  ...names('pods', 'pod pods po'),
  ...names('services', 'service services svc'),
  ...names('endpoints', 'endpoints endpoint ep'),
  ...names('endpointslices', 'endpointslice endpointslices endpointslices.discovery.k8s.io'),
  ...names('events', 'event events ev'),
}

function names(kind: string, words: string): Readonly<Record<string, string>> {
  return Object.fromEntries(words.split(' ').map((word) => [word, kind]))
}

interface Asked {
  readonly verb: string
  readonly words: readonly string[]
  readonly options: ReadonlyMap<string, string>
}

/** What kubectl was asked for. A kind counts as seen whole where no name and no selector narrows it. */
export function planKubectl(invocation: Invocation): Base {
  const { verb, words, options } = readArguments(invocation.args)
  if (verb !== 'get' && verb !== 'describe') return CLUSTER
  const [first = '', ...rest] = words
  const kinds = first.split(',').map((word) => (word === 'all' ? 'all' : own(KINDS, kindIn(word))))
  if (!kinds.some((kind) => kind !== undefined)) return CLUSTER
  const namespace = options.get('-n') ?? options.get('--namespace') ?? null
  const output = options.get('-o') ?? options.get('--output') ?? ''
  const named = rest.length > 0 || first.includes('/')
  const narrowed = named || NARROWING.some((option) => options.has(option))
  const everywhere = ['-A', '--all-namespaces'].some((option) => options.has(option))
  const coverage = narrowed ? [] : coverageOf(kinds, everywhere, namespace)
  const formats =
    verb === 'describe'
      ? [kubectlDescribe({ namespace })]
      : /^(?:yaml|json)$/.test(output)
        ? [kubeObjects]
        : /^(?:|wide|custom-columns(?:-file)?=.*)$/.test(output)
          ? [kubectlGet({ namespace: everywhere ? null : namespace }, true)]
          : []
  const cuts = narrowed ? [label(invocation)] : []
  return { role: 'cluster', name: 'kubectl', formats, shown: { ...WHOLE, coverage, cuts } }
}

const NARROWING = ['-l', '--selector', '--field-selector', '-w', '--watch', '--watch-only', '-f', '--filename']

/** `pods.v1.`, `pod/web-0`: the kind's word. */
const kindIn = (word: string) => (word.split('/', 1)[0] ?? '').toLowerCase()

/** What stands in no namespace is whole everywhere; the rest where it was asked for in a namespace, or in all. */
function coverageOf(
  kinds: readonly (string | undefined)[],
  everywhere: boolean,
  namespace: string | null,
): readonly Coverage[] {
  const keys = kinds.flatMap((kind) => {
    if (kind === undefined || kind === 'all') return []
    if (kind === 'nodes' || everywhere) return [kind]
    return namespace === null ? [] : [`${kind} in ${namespace}`]
  })
  return keys.length > 0 ? [{ of: 'keys', keys }] : []
}

function readArguments(args: readonly string[]): Asked {
  const options = new Map<string, string>()
  const words: string[] = []
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    const equals = arg.indexOf('=')
    if (!arg.startsWith('-')) words.push(arg)
    else if (arg.startsWith('--') && equals > 0) options.set(arg.slice(0, equals), arg.slice(equals + 1))
    else if (VALUED.has(arg)) options.set(arg, args[++at] ?? '')
    // `-owide`, `-nbackend`
    else if (/^-[nolL]./.test(arg)) options.set(arg.slice(0, 2), arg.slice(2).replace(/^=/, ''))
    else options.set(arg, '')
  }
  const [verb = '', ...rest] = words
  return { verb, words: rest, options }
}

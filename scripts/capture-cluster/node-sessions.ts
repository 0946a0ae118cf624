import type { Expected } from './expect.ts'
import type { Runtime } from './runtime.ts'

/** What is typed on the node itself, as root. */
export interface NodeSession {
  readonly tool: string
  readonly slug: string
  readonly commands: readonly string[]
  readonly expect: Expected
}

export interface ForwardedPort {
  readonly service: string
  readonly endpoints: readonly string[]
  /** By a rule in the filter table, for want of endpoints. */
  readonly refused: boolean
}

/** Each way in which the rules of a back end are looked at. `rules`: what they forward, by NodePort. */
export function ruleSessions(
  backend: 'legacy' | 'nft',
  rules: Readonly<Record<string, ForwardedPort>>,
  flows: Expected['flows'] = {},
): readonly NodeSession[] {
  const shown = (
    fits: (one: ForwardedPort) => boolean,
    change: { readonly service?: null; readonly endpoints?: readonly string[] } = {},
  ) =>
    Object.fromEntries(
      Object.entries(rules)
        .filter(([, one]) => fits(one))
        .map(([port, { service, endpoints }]) => [port, { service, endpoints, ...change }]),
    )
  const all = () => true
  const sent = shown(({ refused }) => !refused)
  const of = (slug: string, command: string, expect: Expected): NodeSession => ({
    tool: `iptables-${backend}`,
    slug,
    commands: [command],
    expect,
  })
  const common = [
    of('save', 'iptables-save', { nodePorts: shown(all) }),
    of('save-counters', 'iptables-save -c -t nat', { nodePorts: sent }),
    of('S', 'iptables -t nat -S', { nodePorts: sent }),
    of('S-v', 'iptables -t nat -S -v', { nodePorts: sent }),
    of('L', 'iptables -t nat -L -n -v', { nodePorts: sent }),
    of('L-x', 'iptables -t nat -nvxL --line-numbers', { nodePorts: sent }),
    of('nodeports', 'iptables -t nat -S KUBE-NODEPORTS', {
      nodePorts: shown(({ refused }) => !refused, { endpoints: [] }),
    }),
    of('filter', 'iptables -L -n -v', { nodePorts: shown(({ refused }) => refused) }),
  ]
  if (backend === 'legacy') return common
  const conntrack = (slug: string, command: string): NodeSession => ({
    tool: 'conntrack',
    slug,
    commands: [command],
    expect: { flows },
  })
  return [
    ...common,
    {
      tool: 'nft',
      slug: 'ruleset',
      commands: ['nft list ruleset'],
      expect: { nodePorts: shown(all, { service: null }) },
    },
    // of what iptables wrote, nft's JSON names the DNAT target without its address
    {
      tool: 'nft',
      slug: 'ruleset-json',
      commands: ['nft -j list ruleset'],
      expect: { nodePorts: shown(all, { service: null, endpoints: [] }) },
    },
    conntrack('L', 'conntrack -L'),
    conntrack('L-tcp', 'conntrack -L -p tcp'),
    conntrack('L-extended', 'conntrack -L -o extended'),
    conntrack('L-port', `conntrack -L -p tcp --orig-port-dst ${Object.keys(flows)[0]}`),
    conntrack('proc', 'cat /proc/net/nf_conntrack'),
  ]
}

export function runtimeSessions({ ids, rows }: Runtime): readonly NodeSession[] {
  const of = (slug: string, commands: readonly string[], expect: Expected): NodeSession => ({
    tool: 'ctr',
    slug,
    commands,
    expect,
  })
  const ctr = 'ctr -n k8s.io'
  return [
    of('containers', [`${ctr} containers ls`], { containers: rows.containers }),
    of('tasks', [`${ctr} tasks ls`], { containers: rows.tasks }),
    of('c-and-t', [`${ctr} c ls`, `${ctr} t ls`], {
      containers: rows.containers.map((one) => ({
        ...one,
        pid: rows.tasks.find(({ name }) => name === one.name)?.pid ?? null,
      })),
    }),
    of('images', [`${ctr} images ls`], { nothing: true }),
    of('info', [`${ctr} containers info ${ids.web}`], {
      containers: rows.web.map(({ pid: _, state: __, ...one }) => one),
    }),
    of('info-and-tasks', [`${ctr} tasks ls | grep ${ids.web}`, `${ctr} c info ${ids.web}`], { containers: rows.web }),
    of('quiet', [`${ctr} c ls -q`], { nothing: true }),
    of('not-found', [`${ctr} containers info nobody`], { nothing: true }),
    of('default-namespace', ['ctr c ls'], { containers: [] }),
  ]
}

/** Logs tell of no socket, no rule, no object. */
export const logSessions = (logs: readonly string[]): readonly NodeSession[] =>
  logs.map((name) => ({
    tool: name,
    slug: 'log',
    commands: [`tail -n 60 /var/log/${name}.log`],
    expect: { nothing: true },
  }))

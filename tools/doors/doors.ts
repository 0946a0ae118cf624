/**
 * Which room of src/ may import which, and why. Read by dependency-cruiser, and by test/doors.test.ts, which plants a forbidden
 * import for each rule and sees it reported. Tests beside the code may import what they like.
 */

interface Room {
  readonly may: readonly string[]
  readonly packages: readonly string[]
  readonly pure: boolean
  readonly why: string
}

/** room: the rooms whose modules it may import (besides its own), packages it may use, and why the door is where it is. */
export const ROOMS: Readonly<Record<string, Room>> = {
  model: { may: [], packages: ['zod'], pure: true, why: 'everything rests on the nouns, so they rest on nothing' },
  words: { may: ['model'], packages: [], pure: true, why: 'words are said about the model, and chosen by others' },
  sys: {
    may: ['model'],
    // yaml: a kubeconfig says how to reach Kubernetes
    packages: ['koffi', 'yaml'],
    pure: false,
    why: 'the door to the machine hands over what is there and judges nothing',
  },
  parse: {
    may: ['model'],
    packages: ['yaml'],
    pure: true,
    why: 'a parser turns text or bytes into the model, wherever they came from',
  },
  collect: {
    may: ['sys', 'parse', 'model'],
    packages: [],
    pure: false,
    why: 'collecting is simple: it asks a host, parses, and judges nothing',
  },
  facts: {
    may: ['model'],
    packages: [],
    pure: true,
    why: 'facts are worked out from Snapshots alone, so that every way in gives the same',
  },
  rules: {
    may: ['model', 'facts', 'words'],
    packages: [],
    pure: true,
    why: 'a rule judges facts; if it could read, it would judge each way in differently',
  },
  diagnose: {
    may: ['rules', 'facts', 'model'],
    packages: [],
    pure: true,
    why: 'the engine knows rules, not where readings come from or how reports look',
  },
  redact: {
    may: ['parse', 'facts', 'model'],
    packages: [],
    pure: true,
    why: 'what leaves the node is rewritten without a look at the node; hashes of names come from facts',
  },
  report: {
    may: ['model', 'words'],
    packages: ['string-width', 'yaml'],
    pure: true,
    why: 'an output shows a Report; what must be known to show it belongs into the Report',
  },
  history: {
    may: ['model'],
    packages: [],
    pure: false,
    why: 'a store keeps Snapshots and Reports and understands neither',
  },
  act: {
    may: ['sys', 'parse', 'model'],
    packages: [],
    pure: false,
    why: 'what changes a machine stands alone, short enough to be read',
  },
  lab: {
    may: ['sys', 'model'],
    packages: [],
    pure: false,
    why: 'a scenario makes a fault; its command hands it the diagnosis, so that it cannot agree with itself',
  },
  agent: {
    may: ['sys', 'collect', 'diagnose', 'report', 'history', 'redact', 'model'],
    packages: [],
    pure: false,
    why: 'the loop on a node joins rooms and has no logic of its own',
  },
  server: {
    may: ['model', 'words', 'diagnose', 'redact', 'report', 'history'],
    packages: [],
    pure: false,
    why: 'a server works on what agents sent: it reads no machine',
  },
}

/** A room is a folder, and for diagnose and redact the file of that name besides. */
const inside = (rooms: readonly string[]): string => `^src/(${rooms.join('|')})(/|\\.ts$)`
const TEST = '\\.test\\.ts$'

const roomRules = Object.entries(ROOMS).map(([room, { may, why }]) => ({
  name: `door-${room}`,
  comment: `${room} may import ${may.length > 0 ? may.join(', ') : 'no other room'}: ${why}`,
  severity: 'error',
  from: { path: inside([room]), pathNot: TEST },
  to: { path: '^src/', pathNot: inside([room, ...may]) },
}))

const packageRules = Object.entries(ROOMS).map(([room, { packages }]) => ({
  name: `packages-${room}`,
  comment: `${room} may use ${packages.length > 0 ? packages.join(', ') : 'no package'}: every dependency is met in one place, and can be replaced there`,
  severity: 'error',
  from: { path: inside([room]), pathNot: TEST },
  to: {
    couldNotResolve: false,
    dependencyTypesNot: ['local', 'core'],
    pathNot: ['^src/', ...packages.map((name) => `^(node_modules/)?${name}(/|$)`)],
  },
}))

const PURE = Object.entries(ROOMS)
  .filter(([, { pure }]) => pure)
  .map(([room]) => room)

export default {
  forbidden: [
    ...roomRules,
    ...packageRules,
    {
      name: 'pure-rooms-do-no-io',
      comment: 'judging is pure: the same input gives the same report, on any machine, in any year',
      severity: 'error',
      from: { path: inside(PURE), pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'zod-only-in-schema',
      comment: 'zod checks at the edges; types are written by hand, so that no module pays 20 MB for a type',
      severity: 'error',
      from: { path: '^src/model/', pathNot: ['^src/model/schema[-a-z]*\\.ts$', TEST] },
      to: { path: '(^|/)zod(/|$)' },
    },
    {
      name: 'koffi-only-through-its-door',
      comment: 'koffi is optional and loaded in its own way inside the single executable: sys/koffi.ts knows how',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/sys/koffi\\.ts$', TEST] },
      to: { path: '(^|/)koffi(/|$)', pathNot: '^src/sys/koffi\\.ts$' },
    },
    {
      name: 'act-only-from-its-command',
      comment: 'a program that diagnoses must not be able to change anything by mistake',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/act/', '^src/cli/queue\\.ts$', TEST] },
      to: { path: '^src/act/' },
    },
    {
      name: 'nobody-imports-cli',
      comment: 'commands are the outermost layer: what two of them need belongs into a room',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'no-tests-in-the-program',
      comment: 'the program does not depend on its tests',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST },
      to: { path: [TEST, '^test/', '^bench/', '^scripts/'] },
    },
    {
      name: 'no-cycles',
      comment: 'modules that need each other are one module, or hide a third that both need',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'an import that leads nowhere is one that no door guards',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // type-only imports are imports too: a room that knows another's types knows the other
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    combinedDependencies: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
}

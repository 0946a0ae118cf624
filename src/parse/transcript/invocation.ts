/** One program with its arguments, wrappers like `sudo` taken off. */
export interface Invocation {
  readonly program: string
  readonly args: readonly string[]
}

/** Where a command ran, as far as its wrappers (`nsenter`, `kubectl exec`, `ssh` …) tell. */
export interface Where {
  /** `ssh NODE …`. */
  readonly host: string | null
  readonly netns: NetnsName | null
  /** The wrapper opened a shell: what follows runs inside. */
  readonly shell: boolean
  /** It was a kubectl that carried the command into a pod: the machine of the prompt is not the one that answered. */
  readonly viaKubectl: boolean
}

/** How a command line names a network namespace. */
export type NetnsName =
  | { readonly by: 'pid'; readonly pid: string }
  | { readonly by: 'container'; readonly container: string }
  | { readonly by: 'pod'; readonly pod: string; readonly namespace: string | null }
  | { readonly by: 'name'; readonly name: string }
  | { readonly by: 'host' }

/** A line that begins with a shell's prompt. */
export interface Prompt {
  /** null where the prompt does not name its machine. */
  readonly host: string | null
  readonly user: string | null
  /** What was typed; empty for a bare prompt. */
  readonly command: string
}

/** Longer lines are no prompts. */
const MAX = 4000

interface Shape {
  readonly pattern: RegExp
  /** Names a machine or a place, so that it can be trusted outside of a fence too. */
  readonly sure: boolean
  /** What follows must be a program that we know: the mark alone (`#`, `$`, `host#`) may be anything. */
  readonly known?: boolean
}

/** Groups: user, host, command. */
const SHAPES: readonly Shape[] = [
  // root@node1:~# ss    (venv) admin@node1:/tmp$ ss
  {
    pattern: /^(?:\([\w.-]+\) ?)?(?<user>[\w.-]+)@(?<host>[\w.-]+):[^\s#$%]*\s?[#$%](?:\s+(?<command>.*))?$/,
    sure: true,
  },
  // [root@node1 ~]# ss    [deployer@host]$
  { pattern: /^\[(?<user>[\w.-]+)@(?<host>[\w.-]+)(?:[ :][^\]]*)?\]\s?[#$%>](?:\s*(?<command>.*))?$/, sure: true },
  // core@node1 ~ $ ss    user@mac dir % ss
  { pattern: /^(?<user>[\w.-]+)@(?<host>[\w.-]+) [^\s#$%]+ [#$%❯](?:\s+(?<command>.*))?$/, sure: true },
  // root@node1# ss    root@node1> ss
  { pattern: /^(?<user>[\w.-]+)@(?<host>[\w.-]+)\s?[#$%>](?:\s+(?<command>.*))?$/, sure: true },
  // node1:~ # ss
  { pattern: /^(?<host>[A-Za-z][\w.-]*):[~/][^\s#$%]* ?[#$>](?:\s+(?<command>.*))?$/, sure: true },
  // ➜  ~ git:(main) ✗ ss
  { pattern: /^[➜❯λ]\s+[~/\w.-]+\s*(?:git:\([^)]*\)\s*)?[✗✘]?\s*(?<command>.*)$/, sure: true },
  // bash-5.1# ss
  { pattern: /^(?:ba|a|da|z|k)?sh-\d[\d.]*[#$%](?:\s+(?<command>.*))?$/, sure: true },
  // / # ss    ~ $ ss    /opt/app $ ss    (busybox)
  { pattern: /^[~/][\w./-]* [#$%❯➜](?:\s+(?<command>.*))?$/, sure: true },
  // $ ss
  { pattern: /^\s{0,4}[$❯%](?:\s+(?<command>.*))?$/, sure: false },
  // # ss    (else a comment)
  { pattern: /^\s{0,4}#(?:\s+(?<command>.*))?$/, sure: false, known: true },
  // node1# ss    node1 $ ss
  { pattern: /^(?<host>[A-Za-z][\w.-]*) ?[#$>](?:\s+(?<command>.*))$/, sure: false, known: true },
  // + ss -lnt    (sh -x)
  { pattern: /^\+{1,4} (?<command>.*)$/, sure: false, known: true },
]

/** The head of curl's progress meter begins like a prompt of csh. */
/** `% time     seconds …` of strace -c, which looks like csh's. */
const STRACE_HEAD = /^% time {2,}seconds/
const CURL_METER = /^\s{0,4}% Total\s+% Received/

/**
 * Read a prompt. Outside of a fence (`fenced` false) only prompts that say who or where, or that are followed by a program we
 * know, are prompts: everything else is prose.
 */
export function readPrompt(line: string, fenced: boolean): Prompt | null {
  if (line.length > MAX || line.length === 0 || CURL_METER.test(line) || STRACE_HEAD.test(line)) return null
  for (const { pattern, sure, known } of SHAPES) {
    const groups = pattern.exec(line)?.groups
    if (!groups) continue
    const command = (groups.command ?? '').trim()
    if ((known || (!sure && !fenced)) && !startsWithKnownProgram(command)) continue
    return { host: groups.host ?? null, user: groups.user ?? null, command }
  }
  return null
}

/** A label that a script printed above a command's output: `===== ss -lnt =====`, `### netstat -s`, `==> /proc/net/netstat <==`. */
export function readLabel(line: string): string | null {
  if (line.length > 400) return null
  const file = /^(?:==> |:{4,}\s*)(\/proc\/\S+)(?: <==)?$/.exec(line)?.[1]
  if (file) return `cat ${file}`
  const inner = /^(?:[=#*>-]{2,}|\[|Command:|\$\$)\s*(.*)$/.exec(line)?.[1]
  if (inner === undefined) return null
  const command = inner.replace(/[\s=#*<\]:-]+$/, '').replace(/^`|`$/g, '')
  return startsWithKnownProgram(command) && /\s-|\/proc\/|^[a-z]+$/.test(command) ? command : null
}

const PROGRAMS = new Set(
  (
    'ss netstat nstat sysctl uname hostname cat head tail grep egrep zgrep awk date lsb_release nproc lscpu uptime sudo nsenter ' +
    'kubectl docker crictl ctr nerdctl podman ip iptables iptables-save ip6tables ip6tables-save iptables-legacy iptables-nft nft ipvsadm ipset conntrack tcpdump ps top vmstat ' +
    'dmesg journalctl curl wget nc ncat telnet ping dig nslookup lsof strace ethtool ifconfig route ls cd echo export vim vi ' +
    'systemctl service mount findmnt df free iostat sar mpstat pidstat nfsstat nfsiostat mountstats ulimit prlimit htop nginx haproxy redis-cli perf watch ssh scp wc for while timeout busybox apt-get yum dnf ' +
    'k oc helm tc bpftool bpftrace exit logout su bash sh find sed cp mv rm mkdir touch less more tee python python3 tshark lsns'
  ).split(' '),
)

/** Does it begin with a program that people run on a node? */
export function startsWithKnownProgram(command: string): boolean {
  const word = /^(?:\w+=\S+ )?(\S+)/.exec(command)?.[1]
  if (word === undefined) return false
  return PROGRAMS.has(word.slice(word.lastIndexOf('/') + 1))
}

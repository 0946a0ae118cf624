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

/** Most lines have none of a prompt's marks. */
const MARK = /[!\][#$%>+❯➜➤λ»╭╰┌└~\ue0b0]/

/** Groups: user, host, command. Blanks before the prompt are off. */
const SHAPES: readonly Shape[] = [
  // root@node1:~# ss    (venv) admin@node1:/tmp$ ss
  {
    pattern: /^(?:\([\w.-]+\) ?)?(?<user>[\w.-]+)@(?<host>[\w.-]+):[^\s#$%]*\s?[#$%](?:\s+(?<command>.*))?$/,
    sure: true,
  },
  // [root@node1 ~]# ss    [deployer@host]$
  {
    pattern:
      /^(?:\[[\w .-]{1,40}\] ?)?\[(?:\d\d:\d\d:\d\d )?(?<user>[\w.-]+)@(?<host>[\w.-]+)(?:[ :][^\]]*)?\]\s?[#$%>](?:\s*(?<command>.*))?$/,
    sure: true,
  },
  // [root ~]# ss
  { pattern: /^\[(?<user>root|[a-z][\w-]{1,31})[ :][~/][^\]\s]*\]\s?[#$](?:\s*(?<command>.*))?$/, sure: true },
  // core@node1 ~ $ ss    user@mac dir % ss
  { pattern: /^(?<user>[\w.-]+)@(?<host>[\w.-]+) [^\s#$%]+ [#$%❯](?:\s+(?<command>.*))?$/, sure: true },
  // user@node1 ~> ss    user@node1 /v/log (main)> ss    (fish)    root@node1 [~]# ss
  {
    pattern:
      /^(?<user>[\w.-]+)@(?<host>[\w.-]+) (?:[~/][^\s#$%>]*(?: \([^)]{0,80}\))?|\[[^\]\s]*\])\s?[>#$%❯](?:\s+(?<command>.*))?$/,
    sure: true,
  },
  // root@node1# ss    root@node1> ss
  { pattern: /^(?<user>[\w.-]+)@(?<host>[\w.-]+)\s?[#$%>](?:\s+(?<command>.*))?$/, sure: true },
  // Johns-Mac:~ john$ ss
  { pattern: /^(?<host>[A-Za-z][\w.-]*):[~/][^\s#$%]* (?<user>[a-z_][\w.-]*)[$#](?:\s+(?<command>.*))?$/, sure: true },
  // node1:~ # ss
  { pattern: /^(?<host>[A-Za-z][\w.-]*):[~/][^\s#$%]* ?[#$>](?:\s+(?<command>.*))?$/, sure: true },
  // ❯ ss -lnt    ➜ ss
  { pattern: /^(?:\([^()]{1,60}\)\s+)?[➜❯λ]\s+(?<command>.*)$/, sure: false, known: true },
  // ➜  ~ git:(main) ✗ ss    (⎈ |prod:default) ➜  ~ kubectl get po
  { pattern: /^(?:\([^()]{1,60}\)\s+)?[➜❯λ]\s+[~/\w.-]+\s*(?:git:\([^)]*\)\s*)?[✗✘]?\s*(?<command>.*)$/, sure: true },
  // ╰─# ss    └─$ ss    ╰─➤  ss    (the second of two lines)
  { pattern: /^[╰└][─━-]{1,8}(?:╼\s?)?(?:\[[#$]\]\s?(?:<>)?|[#$%>❯➤⮞»λ]{1,3})\s*(?<command>.*)$/, sure: true },
  // ╰─ ss    (else a branch of a tree of files)
  { pattern: /^[╰└][─━-]{1,8}\s+(?<command>.*)$/, sure: false, known: true },
  // ╭─root@node1 ~    ┌──(user㉿node1)-[~]    (the first)
  { pattern: /^[╭┌][─━-]{1,8}\s?[([]?(?<user>[\w.-]+)[@㉿](?<host>[\w.-]+)\b.{0,120}$/, sure: true },
  // C:\Users\me>ss    PS D:\> ss
  { pattern: /^(?:PS )?[A-Z]:\\[^<>|*?"]{0,160}>\s?(?<command>.*)$/, sure: true },
  // bash-5.1# ss
  { pattern: /^(?:ba|a|da|z|k)?sh-\d[\d.]*[#$%](?:\s+(?<command>.*))?$/, sure: true },
  // / # ss    ~ $ ss    /opt/app $ ss    (busybox)
  { pattern: /^[~/][\w./-]* [#$%❯➜](?:\s+(?<command>.*))?$/, sure: true },
  // node1  ~  ss    (netshoot and its like)
  {
    pattern:
      /^(?<host>[a-z][\w.-]{1,252}) {1,60}[\ue0b0-\ue0bf]? ?[~/]\S{0,80} {1,2}[\ue0b0-\ue0bf]? ?(?<command>\S.*)$/,
    sure: false,
    known: true,
  },
  // $ ss
  { pattern: /^[$❯%](?:\s+(?<command>.*))?$/, sure: false },
  // # ss    (else a comment)
  { pattern: /^#(?:\s+(?<command>.*))?$/, sure: false, known: true },
  // node1# ss    node1 $ ss
  { pattern: /^(?<host>[A-Za-z][\w.-]*) ?[#$>](?:\s+(?<command>.*))$/, sure: false, known: true },
  // $ss    #ss -lnt    > ss    (blanks lost, or a prompt of another kind)
  { pattern: /^(?:[$#%]|>\s{1,4}|»\s?)(?<command>[a-z].*)$/, sure: false, known: true },
  // In [3]: !ss -lnt    (a notebook; what no shell runs ends the output above)
  { pattern: /^In \[[\d ]{0,6}\]:(?: ?[!%]{1,2}(?:sh |bash |system )?(?<command>[^%!].*)| .*)?$/, sure: true },
  { pattern: /^!(?<command>[a-z].*)$/, sure: false, known: true },
  // + ss -lnt    (sh -x)
  { pattern: /^\+{1,4} (?<command>.*)$/, sure: false, known: true },
]

/**
 * Read a prompt. Outside of a fence (`fenced` false) only prompts that say who or where, or that are followed by a program we
 * know, are prompts: everything else is prose.
 */
export function readPrompt(line: string, fenced: boolean): Prompt | null {
  if (line.length > MAX || line.length === 0 || !MARK.test(line)) return null
  const text = line.replace(/^\s{1,16}/, '')
  for (const { pattern, sure, known } of SHAPES) {
    const groups = pattern.exec(text)?.groups
    if (!groups) continue
    let command = (groups.command ?? '').trim()
    // Enter was hit before: the prompt stands there twice.
    const head = text.slice(0, text.length - (groups.command ?? '').length).trim()
    while (groups.host !== undefined && command !== '' && command.startsWith(head))
      command = command.slice(head.length).trim()
    if ((known || (!sure && !fenced)) && !startsWithKnownProgram(command)) continue
    const host = isContainerOfBottlerocket(text) ? null : (groups.host ?? null)
    return { host, user: groups.user ?? null, command }
  }
  return null
}

/** Their names are the same on every node. */
const isContainerOfBottlerocket = (text: string): boolean => /^\[[\w.-]{1,64}@(?:control|admin)\][$#]/.test(text)

/** A label that a script printed above a command's output: `===== ss -lnt =====`, `### netstat -s`, `==> /proc/net/netstat <==`. */
export function readLabel(line: string): string | null {
  if (line.length > 400) return null
  const file = /^(?:==> |:{4,}\s*)(\/proc\/\S+)(?: <==)?$/.exec(line)?.[1]
  if (file) return `cat ${file}`
  const match = LABEL.exec(line)
  const inner = match?.[2]
  if (inner === undefined) return null
  const command = inner.replace(/[\s=#*<\]:：-]+$/, '').replace(/^[`'"“‘]|[`'"”’]$/g, '')
  const isTold = match?.[1] !== undefined || /\s-|\/proc\/|^[a-z]+$/.test(command)
  return startsWithKnownProgram(command) && isTold ? command : null
}

/** Marks, and what scripts say before the command's name. */
const LABEL =
  /^(?:[=#*>-]{2,}\s*|\[(?:INFO|info|\d\d:\d\d:\d\d)\]\s*|\[|\$\$\s*|(?=(?:Output|Running|Command|Executing|Cmd|CMD|COMMAND|Result|Ausgabe|Befehl|Commande|Salida|Saída|Comando|Вывод|命令|执行|输出)\b|命令|执行|输出|"|Вывод))((?:Output|Running|Command|Executing|Cmd|CMD|COMMAND|Result|Ausgabe|Befehl|Commande|Salida|Saída|Comando|Вывод|执行命令|执行|命令|输出)(?: of| from| von| de| do)?(?:结果)?(?: (?:command|cmd|the command|команды|comando))?(?:\s*[:：]\s*|\s+))?(.*)$/

const PROGRAMS = new Set(
  (
    'ss netstat nstat sysctl uname hostname cat head tail grep egrep zgrep awk date lsb_release nproc lscpu uptime sudo nsenter ' +
    'kubectl docker crictl ctr nerdctl podman ip iptables iptables-save ip6tables ip6tables-save iptables-legacy iptables-legacy-save ip6tables-legacy ip6tables-legacy-save iptables-nft iptables-nft-save ip6tables-nft ip6tables-nft-save nft ipvsadm ipset conntrack tcpdump ps top vmstat ' +
    'dmesg journalctl curl wget nc ncat telnet ping dig nslookup lsof strace ethtool ifconfig route ls cd echo export vim vi ' +
    'systemctl service mount findmnt df free iostat sar mpstat pidstat nfsstat nfsiostat mountstats ulimit prlimit htop nginx haproxy redis-cli perf watch ssh scp wc for while timeout busybox apt-get yum dnf ' +
    'k oc helm tc bpftool bpftrace exit logout su bash sh find sed cp mv rm mkdir touch less more tee python python3 tshark lsns ansible pdsh clush pssh parallel-ssh salt dsh'
  ).split(' '),
)

/** Does it begin with a program that people run on a node? */
export function startsWithKnownProgram(command: string): boolean {
  const word = /^(?:\w+=\S+ )?(\S+)/.exec(command)?.[1]
  if (word === undefined) return false
  return PROGRAMS.has(word.slice(word.lastIndexOf('/') + 1))
}

import type { Text } from '../model/text.ts'

/** The command line's own words: help, progress, errors. Templates as in say(). */
export const CLI_WORDS = {
  about: {
    en: 'Finds out why a Kubernetes node drops, hangs or leaks TCP connections, proves it, and says what to do.',
    zh: '查明 Kubernetes 节点为何丢弃、卡住或泄漏 TCP 连接，给出证据和处理办法。',
  },
  usage: { en: 'Usage:', zh: '用法：' },
  arguments: { en: 'Arguments:', zh: '参数：' },
  options: { en: 'Options:', zh: '选项：' },
  commands: { en: 'Commands:', zh: '命令：' },
  helpOption: { en: 'show this help', zh: '显示帮助' },
  helpCommand: { en: 'show the help of a command', zh: '显示某个命令的帮助' },
  versionOption: { en: 'show the version', zh: '显示版本号' },
  choices: { en: 'choices: {list}', zh: '可选值：{list}' },
  byDefault: { en: 'default: {value}', zh: '默认：{value}' },

  diagnoseAbout: {
    en: 'judge this machine, or what somebody captured of another',
    zh: '诊断本机，或诊断从别处采集来的输出',
  },
  diagnoseFiles: {
    en: 'captured command output (a ticket, a wiki page, a terminal log), bundles (sosreport, a folder, tar, zip), files of `recvq collect`, - for standard input; FILE#2 picks the second reading in a file. None: this machine',
    zh: '采集到的命令输出（工单、wiki 页面、终端记录）、资料包（sosreport、目录、tar、zip）或 `recvq collect` 写出的文件；- 表示标准输入；FILE#2 只取文件中的第二次读数。不写则诊断本机',
  },
  fromOption: { en: 'the same as naming FILE', zh: '等同于直接写出 FILE' },
  outputOption: { en: 'how to print the report', zh: '报告的输出格式' },
  failOnOption: {
    en: 'exit with 1 when something at least this grave is found (never for what is only possible)',
    zh: '发现至少如此严重的问题时以 1 退出（仅为可能的不算）',
  },
  ruleOption: { en: 'judge by this rule only; may be given again', zh: '只用这条规则判断，可重复指定' },
  minConfidenceOption: { en: 'leave out what is believed less', zh: '略去可信程度更低的发现' },
  sinceOption: {
    en: 'leave out readings that are known to be older: 2h, 30m, 7d, or a date and time',
    zh: '略去已知更早的读数：2h、30m、7d，或日期时间',
  },
  noSuchRule: { en: '--rule {id}: there is no such rule', zh: '--rule {id}：没有这条规则' },
  perhaps: { en: 'perhaps: {list}', zh: '是否想写：{list}' },
  badSince: {
    en: '--since {value}: wanted 2h, 30m, 7d, or a date such as 2026-01-31T08:00Z',
    zh: '--since {value}：应为 2h、30m、7d，或 2026-01-31T08:00Z 这样的时间',
  },
  leftOut: {
    en: '{n} findings that are less than {least} were left out',
    zh: '略去了 {n} 项可信程度低于 {least} 的发现',
  },
  leftOutOne: { en: '1 finding that is less than {least} was left out', zh: '略去了 1 项可信程度低于 {least} 的发现' },
  tooOld: { en: '{n} readings from before --since were left out', zh: '略去了 {n} 次早于 --since 的读数' },
  tooOldOne: { en: '1 reading from before --since was left out', zh: '略去了 1 次早于 --since 的读数' },
  intervalOption: {
    en: 'time between the two readings of this machine; 0 reads once',
    zh: '对本机两次读数之间的间隔；0 表示只读一次',
  },
  netnsOption: {
    en: 'which network namespaces: all, self, host, or one by name',
    zh: '检查哪些网络命名空间：all（全部）、self（当前）、host（宿主机），或指定名称',
  },
  allOption: { en: 'fold nothing: every proof, every effect', zh: '不折叠：列出全部证据和后果' },
  verboseOption: {
    en: 'list what was not judged, not seen and not understood',
    zh: '逐条列出未能判断、未能看到、未能识别的内容',
  },
  langOption: {
    en: 'language of what is printed (from LC_ALL, LC_MESSAGES, LANG)',
    zh: '输出语言（默认取自 LC_ALL、LC_MESSAGES、LANG）',
  },
  colorOption: { en: 'colour in the text report', zh: '文本报告是否使用颜色' },
  procfsOption: { en: "where this node's procfs is mounted", zh: '本节点 procfs 的挂载位置' },
  exitCodes: {
    en: `Exit codes:
  0  nothing at or above --fail-on
  1  something was found
  2  wrong usage, or an input that cannot be read
  3  nothing found, but no accept queue could be judged: not the same as healthy
  4  a rule or a source broke`,
    zh: `退出码：
  0  没有达到 --fail-on 级别的问题
  1  发现问题
  2  用法错误，或输入无法读取
  3  未发现问题，但所有 accept 队列都无法判断：不等于健康
  4  规则或数据来源自身出错`,
  },

  readAbout: {
    en: 'show what recvq makes of a captured text: which lines it reads as what, and which it does not understand',
    zh: '显示 recvq 如何读取采集到的文本：哪些行读作什么，哪些行未能识别',
  },
  readAllOption: { en: 'fold nothing: every block, every place', zh: '不折叠：列出所有输出块和位置' },

  collectAbout: {
    en: 'keep a reading of this machine in a file, for diagnose to read later or elsewhere',
    zh: '把本机的读数保存到文件，供以后或在别处诊断',
  },
  collectOutputOption: {
    en: 'the file to write (compressed JSON); - for standard output',
    zh: '要写入的文件（压缩的 JSON）；- 表示标准输出',
  },
  forceOption: { en: 'overwrite a file that is no reading of recvq', zh: '即使目标文件不是 recvq 的读数也覆盖' },

  error: { en: 'error: ', zh: '错误：' },
  wantedFound: { en: '{where}: wanted {wanted}, found {found}', zh: '{where}：需要的是：{wanted}；实际是：{found}' },
  tryHelp: { en: 'try: recvq {command} --help', zh: '可运行 recvq {command} --help 查看帮助' },
  badInterval: {
    en: '--interval {value}: wanted a time such as 3s, 500ms, 1m or 0, at most 10m',
    zh: '--interval {value}：应为 3s、500ms、1m 或 0 这样的时间，最长 10m',
  },
  noSuchReading: {
    en: '{file} has {n} readings, so there is no #{pick}',
    zh: '{file} 中共有 {n} 次读数，没有第 {pick} 次',
  },
  noSuchNetns: {
    en: '--netns {name}: no such network namespace in what was read; there are: {list}',
    zh: '--netns {name}：读到的内容中没有这个网络命名空间，现有：{list}',
  },
  selfNeedsLive: {
    en: '--netns self: only this machine has a caller; with files name host or a namespace',
    zh: '--netns self：只有诊断本机时才有“当前”命名空间；读文件时请用 host 或具体名称',
  },
  badReadings: { en: '{file}: no readings could be taken from it: {why}', zh: '{file}：无法从中取得读数：{why}' },
  badReadingsHint: {
    en: 'wanted: a file that `recvq collect` wrote, a bundle (folder, tar, zip), or text',
    zh: '需要 `recvq collect` 写出的文件、资料包（目录、tar、zip）或文本',
  },
  stdinTwice: { en: 'standard input (-) can be read only once', zh: '标准输入（-）只能读一次' },
  notOurs: {
    en: '{file} exists and is no reading of recvq: not overwritten',
    zh: '{file} 已存在且不是 recvq 的读数：未覆盖',
  },
  useForce: { en: 'name another file, or add --force', zh: '换一个文件名，或加 --force' },
  cannotWrite: { en: 'cannot write {file}: {why}', zh: '无法写入 {file}：{why}' },
  intoTerminal: {
    en: 'compressed data will not be written to a terminal',
    zh: '不会把压缩数据写到终端上',
  },
  redirect: { en: 'redirect it: recvq collect -o - > FILE', zh: '请重定向：recvq collect -o - > FILE' },
  broke: {
    en: 'recvq itself broke: {message}',
    zh: 'recvq 自身出错：{message}',
  },
  reportIt: {
    en: 'this is a defect; RECVQ_DEBUG=1 prints where it happened',
    zh: '这是程序缺陷；设置 RECVQ_DEBUG=1 可显示出错位置',
  },

  readingFirst: {
    en: 'reading this machine, 1 of 2; the second in {seconds} s …',
    zh: '正在读取本机（1/2），{seconds} 秒后读第二次……',
  },
  readingSecond: { en: 'reading this machine, 2 of 2 …', zh: '正在读取本机（2/2）……' },
  readingLiveOnce: { en: 'reading this machine …', zh: '正在读取本机……' },
  readingFile: { en: 'reading {file} …', zh: '正在读取 {file} ……' },
  readingFileLine: { en: 'reading {file}: line {lines} …', zh: '正在读取 {file}：第 {lines} 行……' },
  standardInput: { en: 'standard input', zh: '标准输入' },
  judging: { en: 'judging …', zh: '正在判断……' },
  written: { en: 'wrote {file}: {n} readings of {node}', zh: '已写入 {file}：{node} 的 {n} 次读数' },
  writtenOne: { en: 'wrote {file}: 1 reading of {node}', zh: '已写入 {file}：{node} 的 1 次读数' },
} satisfies Record<string, Text>

/** How the argument parser's complaints begin, and the Chinese for it; what follows is the argument's name. */
export const USAGE_ERRORS: readonly { readonly starts: string; readonly zh: string }[] = [
  { starts: 'unknown option', zh: '未知选项' },
  { starts: 'unknown command', zh: '未知命令' },
  { starts: 'missing required argument', zh: '缺少必需的参数' },
  { starts: 'required option', zh: '缺少必需的选项' },
  { starts: 'too many arguments', zh: '参数过多' },
  { starts: 'option', zh: '选项不正确：' },
]

/** What a reader of files says of itself, in Chinese; whatever is not here stays as it is. */
export const INPUT_PHRASES: Readonly<Record<string, string>> = {
  text: '文本',
  'a text file': '文本文件',
  'a directory': '目录',
  'no such file': '没有这个文件',
  'no permission to read it': '没有读取权限',
  'a circle of symbolic links': '循环的符号链接',
  'a name that is too long': '过长的文件名',
  'a path through something that is no directory': '路径中有一段不是目录',
  'binary data': '二进制数据',
  'gzip data': 'gzip 数据',
  'a zip archive': 'zip 压缩包',
  'xz data': 'xz 数据',
  'zstd data': 'zstd 数据',
  'bzip2 data': 'bzip2 数据',
  'an executable': '可执行文件',
  'a PNG image': 'PNG 图片',
  'a JPEG image': 'JPEG 图片',
  'a PDF document': 'PDF 文档',
  'a packet capture': '抓包文件',
  'a SQLite database': 'SQLite 数据库',
  'standard input': '标准输入',
  'unpack it first': '请先解压',
  'print it first: tcpdump -nn -r FILE': '请先转成文本：tcpdump -nn -r FILE',
  'name the files in it': '请写出目录中的文件',
  'check the path': '请检查路径',
  'a folder or an archive': '目录或压缩包',
  neither: '两者都不是',
  'a bundle of captured output': '采集输出的资料包',
  'unpack what you need of it and name that': '请只解出需要的部分，再指定它们',
  'data that unfolds more than 250 times: a bomb': '解压后膨胀 250 倍以上的数据（压缩炸弹）',
  'more than 8 GB inside': '解压后超过 8 GB 的内容',
  'more than 100000 members': '超过 100000 个文件',
  'xz data, and no xz to unpack it': 'xz 数据，而本机没有 xz 命令可解压',
  'bzip2 data, and no bzip2 to unpack it': 'bzip2 数据，而本机没有 bzip2 命令可解压',
  'members that lie over each other: a bomb': '相互重叠的文件（压缩炸弹）',
  'a member that holds more than it says': '实际大小超出声明的文件',
  'no directory at its end: it is cut short or damaged': '结尾没有目录，文件不完整或已损坏',
  'a directory of impossible size': '大小不合理的目录',
}

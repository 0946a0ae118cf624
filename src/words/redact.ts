import type { Text } from '../model/text.ts'

/** What `recvq redact` says. Templates as in say(). */
export const REDACT_WORDS = {
  about: {
    en: 'replace names, public addresses, tokens and keys in a captured case, so that it can be handed on and still gives the same diagnosis',
    zh: '把采集到的案例中的名称、公网地址、令牌和密钥换成代号，便于转交他人，诊断结果不变',
  },
  more: {
    en: 'FILE is text, a file of `recvq collect`, or - for standard input; BUNDLE is a folder or an archive: of it, what recvq reads is written as text files into the new folder OUT. The same thing gets the same token everywhere; private addresses, ports, counters, settings and well-known programs stay. Look the result over before it leaves: names that stand only in sentences cannot be known.',
    zh: 'FILE 可以是文本、`recvq collect` 写出的文件，或表示标准输入的 -；BUNDLE 是目录或压缩包，其中 recvq 能读懂的部分以文本文件写入新目录 OUT。同一事物处处用同一代号；私有地址、端口、计数器、内核参数和常见程序名保持原样。交出之前请再看一遍：只在叙述文字里出现的名称无法识别。',
  },
  outputOption: {
    en: 'where to write: a file that is not there yet (for a bundle, a folder); default: standard output',
    zh: '写到哪里：一个尚不存在的文件（资料包则为目录）；默认写到标准输出',
  },
  saltOption: {
    en: 'the same salt gives the same tokens in every run; default: a random one for each run',
    zh: '相同的盐值每次得到相同的代号；默认每次随机',
  },
  redactOption: {
    en: 'replace names, public addresses and secrets by tokens, as recvq redact does',
    zh: '像 recvq redact 一样，把名称、公网地址和密钥换成代号',
  },
  reading: { en: 'looking for names in {file} …', zh: '正在 {file} 中查找名称……' },
  writing: { en: 'writing {file} …', zh: '正在写入 {file} ……' },
  replaced: { en: 'replaced: {list}', zh: '已替换：{list}' },
  nothing: { en: 'nothing was found to replace', zh: '没有找到需要替换的内容' },
  leftOut: {
    en: 'left out of the bundle, as recvq does not read them: {n} files',
    zh: '资料包中有 {n} 个文件未写出：recvq 不读这些文件',
  },
  lookOver: {
    en: 'look it over before you hand it on: what only sentences say cannot be known',
    zh: '交出之前请再看一遍：叙述文字里的内容无法识别',
  },
  wantsFolder: {
    en: '{file} is a bundle: name a folder for what is written, with -o',
    zh: '{file} 是资料包：请用 -o 指定写出的目录',
  },
  exists: { en: '{file} exists already: not overwritten', zh: '{file} 已存在：未覆盖' },
  tooLarge: {
    en: 'standard input holds more than {mb} MB, and everything must be looked at before anything is written: name a file',
    zh: '标准输入超过 {mb} MB，而写出之前必须通读全部内容：请改用文件',
  },
} satisfies Record<string, Text>

/** Kinds of what is replaced, behind their number. */
export const REDACT_KINDS: Readonly<Record<string, { readonly one: Text; readonly many: Text }>> = {
  address: {
    one: { en: 'public address', zh: '个公网地址' },
    many: { en: 'public addresses', zh: '个公网地址' },
  },
  mac: { one: { en: 'MAC address', zh: '个 MAC 地址' }, many: { en: 'MAC addresses', zh: '个 MAC 地址' } },
  host: { one: { en: 'host name', zh: '个主机名' }, many: { en: 'host names', zh: '个主机名' } },
  pod: { one: { en: 'pod', zh: '个 Pod' }, many: { en: 'pods', zh: '个 Pod' } },
  namespace: { one: { en: 'namespace', zh: '个命名空间' }, many: { en: 'namespaces', zh: '个命名空间' } },
  service: { one: { en: 'Service', zh: '个 Service' }, many: { en: 'Services', zh: '个 Service' } },
  name: { one: { en: 'other name', zh: '个其他名称' }, many: { en: 'other names', zh: '个其他名称' } },
  user: { one: { en: 'user', zh: '个用户' }, many: { en: 'users', zh: '个用户' } },
  process: { one: { en: 'program', zh: '个程序' }, many: { en: 'programs', zh: '个程序' } },
  chain: {
    one: { en: 'chain of kube-proxy', zh: '条 kube-proxy 链' },
    many: { en: 'chains of kube-proxy', zh: '条 kube-proxy 链' },
  },
  secret: { one: { en: 'secret', zh: '个密钥或令牌' }, many: { en: 'secrets', zh: '个密钥或令牌' } },
}

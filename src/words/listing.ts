import type { LineKind } from '../model/listing.ts'
import type { Text } from '../model/text.ts'

/** What `recvq read` prints around the input's own lines. */
export const LISTING_WORDS = {
  summary: {
    en: '{file}: read {read} of {lines} lines of commands and their output, in {blocks} blocks',
    zh: '{file}：命令及其输出共 {lines} 行，读懂 {read} 行，分为 {blocks} 块',
  },
  summaryOne: {
    en: '{file}: read {read} of {lines} lines of commands and their output, in 1 block',
    zh: '{file}：命令及其输出共 {lines} 行，读懂 {read} 行，均在同一块中',
  },
  summaryMany: {
    en: '{files} files: read {read} of {lines} lines of commands and their output, in {blocks} blocks',
    zh: '{files} 个文件：命令及其输出共 {lines} 行，读懂 {read} 行，分为 {blocks} 块',
  },
  shownBy: { en: '{summary}; `recvq read {file}` shows them', zh: '{summary}；运行 `recvq read {file}` 可逐块查看' },
  blocks: { en: 'Blocks', zh: '输出块' },
  noBlocks: { en: 'no output of a command that recvq reads', zh: '没有 recvq 能读懂的命令输出' },
  lines: { en: 'lines', zh: '行' },
  where: { en: 'where', zh: '位置' },
  reading: { en: 'reading', zh: '读数' },
  format: { en: 'format', zh: '格式' },
  rows: { en: 'rows', zh: '行数' },
  command: { en: 'command', zh: '命令' },
  noCommand: { en: '(the command is not shown)', zh: '（未给出命令）' },
  cluster: { en: 'cluster', zh: '集群' },
  lookedAt: { en: 'looked at, not read as a table', zh: '仅作参考，不按表格解析' },
  notWhole: { en: 'not whole: {why}', zh: '不完整：{why}' },
  warning: { en: 'line {line}: {message}', zh: '第 {line} 行：{message}' },
  unreadInside: { en: '{n} lines in it were not understood', zh: '其中有 {n} 行未能识别' },
  unreadInsideOne: { en: '1 line in it was not understood', zh: '其中有 1 行未能识别' },
  notUnderstood: { en: 'Not understood', zh: '未能识别' },
  examples: { en: 'Examples, not readings', zh: '示例，不是读数' },
  elided: { en: 'Left out by whoever wrote it', zh: '原文省略之处' },
  prose: { en: 'Words of people', zh: '说明文字' },
  ranges: { en: 'lines {list}', zh: '第 {list} 行' },
  moreRanges: { en: '… and {n} more places; --all lists them', zh: '…… 另有 {n} 处，加 --all 全部列出' },
  moreWarnings: { en: '… and {n} more; --all lists them', zh: '…… 另有 {n} 条，加 --all 全部列出' },
  moreBlocks: { en: '… and {n} more blocks; --all lists them', zh: '…… 另有 {n} 块，加 --all 全部列出' },
  onlyCounted: {
    en: 'from line {line} on the lines are only counted: the text changes too often between output and words',
    zh: '从第 {line} 行起只计数、不再列出位置：文本在输出与文字之间切换过于频繁',
  },
  everyLine: { en: 'Every line', zh: '逐行统计' },
  total: { en: 'in all', zh: '总计' },
  noText: {
    en: '{file}: a file of `recvq collect`, not text: there are no lines to list',
    zh: '{file} 是 `recvq collect` 写出的文件，不是文本，没有可列出的行',
  },
} satisfies Record<string, Text>

/** Kinds of lines in the order in which they are told. */
export const LINE_KIND_WORDS: Readonly<Record<LineKind, Text>> = {
  output: { en: 'output that was read', zh: '已读懂的输出' },
  prompt: { en: 'prompts and commands', zh: '提示符和命令' },
  comment: { en: 'comments between outputs', zh: '输出之间的注释' },
  elided: { en: 'left out (`...`)', zh: '省略（`...`）' },
  example: { en: 'examples: code, configuration', zh: '示例：代码、配置' },
  prose: { en: 'words of people', zh: '说明文字' },
  mark: { en: 'fence marks', zh: '代码围栏标记' },
  blank: { en: 'blank', zh: '空行' },
  unread: { en: 'not understood', zh: '未能识别' },
}

import type { Text } from '../model/text.ts'

/** What only the page for post-mortems says. Templates as in say(). */
export const HTML_WORDS = {
  causes: { en: 'What brings about what', zh: '因果关系' },
  clients: { en: 'clients', zh: '客户端' },
  program: { en: 'the program', zh: '程序' },
  dropped: { en: 'dropped', zh: '被丢弃' },
  noAccept: { en: 'no accept()', zh: '没有 accept()' },
  caption: {
    en: 'Accept queues as the kernel counts them: connections waiting, and the limit. A queue takes one connection more than its limit.',
    zh: '内核统计的 accept 队列：等待中的连接数与上限。队列实际能容纳的连接数比上限多一个。',
  },
  slots: { en: '{length} connections wait, the limit is {max}', zh: '{length} 个连接在等待，上限为 {max}' },
  slotsFull: {
    en: 'full: {length} connections wait, the limit is {max}',
    zh: '已满：{length} 个连接在等待，上限为 {max}',
  },
  proofs: { en: '{n} proofs', zh: '{n} 条证据' },
  proofsOne: { en: '1 proof', zh: '1 条证据' },
  madeBy: { en: 'Made by recvq {version}', zh: '由 recvq {version} 生成' },
} satisfies Record<string, Text>

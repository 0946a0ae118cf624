import { describe, expect, it } from 'vitest'
import { InputError } from '../sys/input-error.ts'
import { describeFailure, Failure } from './failure.ts'

describe('describeFailure', () => {
  const input = new InputError({ wanted: 'text', found: 'gzip data', where: 'a\u001b[31m.gz', hint: 'unpack it first' })

  it('says where, what was wanted, what was found, and what to do', () => {
    expect(describeFailure(input, 'en')).toEqual({
      message: 'error: a\\x1b[31m.gz: wanted text, found gzip data\n  unpack it first\n',
      exitCode: 2,
    })
    expect(describeFailure(input, 'zh').message).toBe(
      '错误：a\\x1b[31m.gz：需要的是：文本；实际是：gzip 数据\n  请先解压\n',
    )
  })

  it('keeps the words of a Failure', () => {
    expect(describeFailure(new Failure({ en: 'no', zh: '不行' }), 'zh')).toEqual({
      message: '错误：不行\n',
      exitCode: 2,
    })
  })

  it('calls everything else a defect of ours', () => {
    expect(describeFailure(new TypeError('x is not a function'), 'en')).toMatchObject({
      message: expect.stringContaining('recvq itself broke: x is not a function'),
      exitCode: 4,
    })
    expect(describeFailure('thrown text', 'en').exitCode).toBe(4)
  })
})

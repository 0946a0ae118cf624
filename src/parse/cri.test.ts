import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namePods, parseContainers, parseSandboxes } from './cri.ts'
import { fieldsOf, numberIn, textIn } from './protobuf.ts'

const field = (number: number, value: string | Uint8Array | number): Uint8Array => {
  if (typeof value === 'number') return Uint8Array.from([number * 8, value])
  const bytes = Buffer.from(value)
  return Buffer.concat([Uint8Array.from([number * 8 + 2, bytes.length]), bytes])
}
const message = (...fields: readonly Uint8Array[]) => Buffer.concat(fields)

const UID = '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0'
const sandboxes = parseSandboxes(
  message(
    field(1, message(field(1, 'sand1'), field(2, message(field(1, 'web-0'), field(2, UID), field(3, 'shop'))))),
    field(1, message(field(1, 'sand2'), field(2, message(field(1, 'db-0'))), field(3, 1))),
  ),
)

describe('what a container runtime lists', () => {
  it('sandboxes: pods with their names; an absent field is empty', () => {
    expect(sandboxes).toEqual([
      { id: 'sand1', ready: true, pod: { uid: UID, containerId: null, namespace: 'shop', name: 'web-0' } },
      { id: 'sand2', ready: false, pod: { uid: null, containerId: null, namespace: null, name: 'db-0' } },
    ])
  })

  it('containers, each with the pod of its sandbox', () => {
    const [web, lost] = parseContainers(
      message(
        field(
          1,
          message(
            field(1, 'c1'),
            field(2, 'sand1'),
            field(3, message(field(1, 'nginx'), field(2, 4))),
            field(4, field(1, 'nginx:1.25')),
            field(6, 1),
          ),
        ),
        field(1, message(field(1, 'c2'), field(2, 'gone'), field(6, 2))),
      ),
      sandboxes,
      { via: 'x' },
    )
    expect(web).toMatchObject({ id: 'c1', name: 'nginx', image: 'nginx:1.25', state: 'running', restarts: 4 })
    expect(web?.pod).toEqual({ uid: UID, containerId: 'c1', namespace: 'shop', name: 'web-0' })
    expect(lost).toMatchObject({ id: 'c2', name: null, state: 'exited', restarts: 0, pod: null })
    const name = namePods(sandboxes, web ? [web] : [])
    const unnamed = { uid: null, containerId: 'c1', namespace: null, name: null }
    expect(name(unnamed)).toMatchObject({ uid: UID, name: 'web-0', containerId: 'c1' })
    expect(name({ ...unnamed, containerId: 'c9' })).toMatchObject({ uid: null, name: null })
    expect(name({ ...unnamed, containerId: 'c9', uid: UID })).toMatchObject({ name: 'web-0' })
    expect(name({ ...unnamed, name: 'known' })).toMatchObject({ name: 'known', namespace: null })
    expect(name(null)).toBeNull()
  })
})

describe('protobuf', () => {
  it('the last field of a number counts, unknown ones of every wire type are passed over', () => {
    const bytes = message(
      field(1, 'a'),
      Uint8Array.from([5 * 8 + 5, 1, 2, 3, 4, 6 * 8 + 1, 1, 2, 3, 4, 5, 6, 7, 8]),
      field(1, 'b'),
    )
    expect(textIn(fieldsOf(bytes), 1)).toBe('b')
    expect(numberIn(fieldsOf(Uint8Array.from([8, 0xac, 0x02])), 1)).toBe(300)
  })

  it.each([[[8]], [[10, 5, 97]], [[8, ...Array<number>(12).fill(255)]], [[11]]])(
    'what breaks off ends the list: %j',
    (bytes) => {
      expect(fieldsOf(Uint8Array.from(bytes))).toEqual([])
    },
  )

  it('whatever stands there, nothing is thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        parseContainers(bytes, parseSandboxes(bytes), { via: 'x' })
      }),
    )
  })
})

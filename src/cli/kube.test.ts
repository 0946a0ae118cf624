import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { type KubeStub, send, startStub, status } from '../../test/kube-stub.ts'
import { askKube } from './kube.ts'

let stub: KubeStub | null = null
afterEach(async () => {
  await stub?.close()
  stub = null
})

const refusing = async (): Promise<string> => {
  stub = await startStub((_, __, answer) =>
    send(answer, 403, status(403, 'User "system:serviceaccount:acme:agent" cannot list')),
  )
  return stub.kubeconfig()
}

it('what is not permitted is told with the words of the API', async () => {
  const { notes, clusters } = await askKube({ kubeconfig: await refusing() }, {}, false)
  expect(clusters).toEqual([])
  expect(notes).toHaveLength(4)
  expect(notes[0]?.en).toMatch(/^Kubernetes did not tell its nodes: not permitted \(.*acme/)
})

it('and without them where names are to be taken out', async () => {
  const { notes } = await askKube({ kubeconfig: await refusing(), redact: true }, {}, false)
  expect(notes[0]).toEqual({
    en: 'Kubernetes did not tell its nodes: not permitted',
    zh: '没有从 Kubernetes 取得 nodes：没有权限',
  })
})

it('nobody is asked unless somebody wants it', async () => {
  await refusing()
  expect(await askKube({}, {}, false)).toEqual({ clusters: [], notes: [] })
  expect(await askKube({ kube: false, kubeconfig: stub?.kubeconfig() ?? '' }, {}, false)).toEqual({
    clusters: [],
    notes: [],
  })
  expect(stub?.asked).toEqual([])
})

it('what was asked for and cannot be is a wrong usage', async () => {
  await refusing()
  const broken = join(stub?.folder ?? '', 'broken')
  writeFileSync(broken, 'a: [')
  await expect(askKube({ kubeconfig: broken }, {}, false)).rejects.toThrow(/--kube: .*not YAML/)
})

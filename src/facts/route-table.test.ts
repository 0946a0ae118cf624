import { expect, it } from 'vitest'
import { link, network, route } from '../../test/rules/forwarding-builder.ts'
import { routeTable } from './route-table.ts'
import { waysOut } from './way-to.ts'

const table = routeTable([
  route('default', { via: '10.0.0.1' }),
  route('default', { via: 'fd00::1' }),
  route('10.244.0.0/16', { link: 'flannel.1' }),
  route('10.244.1.0/26', { type: 'blackhole', link: null }),
  route('10.244.1.7', { link: 'cali1' }),
  route('10.9.0.0/24', { link: 'slow', metric: 200 }),
  route('10.9.0.0/24', { link: 'fast', metric: 100 }),
  route('10.8.0.0/24', { table: '100' }),
  route('nonsense'),
])

it.each([
  ['10.244.1.7', 'cali1'],
  ['10.244.1.8', 'blackhole'],
  ['10.244.9.9', 'flannel.1'],
  ['10.9.0.3', 'fast'],
  ['192.168.0.1', '10.0.0.1'],
  ['10.8.0.1', '10.0.0.1'],
  ['fd00:9::1', 'fd00::1'],
])('%s goes by %s', (address, way) => {
  const found = table.lookup(address)
  expect([found?.link, found?.via, found?.type]).toContain(way)
})

it('knows no way to a name, nor without routes', () => {
  expect(table.lookup('web')).toBeNull()
  expect(routeTable([]).lookup('10.0.0.1')).toBeNull()
})

it('tells whether anything may stand in a way at all', () => {
  const open = { routes: [route('default')], links: [link('eth0')] }
  expect(waysOut(network(open)).mayBlock).toBe(false)
  expect(waysOut(network({ ...open, links: [link('eth1', { state: 'DOWN' })] })).mayBlock).toBe(true)
  expect(waysOut({ ok: false, reason: 'absent', detail: '' }).mayBlock).toBe(false)
})

it('an interface that is down lets nothing out', () => {
  const ways = waysOut(
    network({ routes: [route('default', { link: 'eth1' })], links: [link('eth1', { state: 'DOWN' })] }),
  )
  expect(ways.obstacleTo('10.0.0.9')).toMatchObject({ kind: 'no route', what: 'eth1', lasting: true })
})

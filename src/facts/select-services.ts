import type { ServiceRow, ServiceTable } from '../model/service-table.ts'

/** Which Services are asked for. */
export interface ServiceQuery {
  /** A port's number, or a name: `web`, `shop/web`, `shop/web:http`, or a part of one. null: all. */
  readonly wanted: string | null
  /** Kubernetes namespace; null: all. */
  readonly namespace: string | null
  /** Only those that Kubernetes told of: it was asked for some of them. */
  readonly told?: boolean
}

/** The rows that are asked for, table by table; totals stay those of the whole table. Tables without any are left out. */
export function selectServices(tables: readonly ServiceTable[], { wanted, namespace, told = false }: ServiceQuery) {
  const inside = (row: ServiceRow) =>
    (namespace === null || row.service?.startsWith(`${namespace}/`) === true) && (!told || row.inKubernetes)
  const all = tables.flatMap((table) => table.rows.filter(inside))
  const fits = wanted === null ? () => true : matcher(wanted, all)
  return tables
    .map((table) => ({
      ...table,
      rows: table.rows.filter((row) => inside(row) && fits(row)),
      totals: table.totals.filter((one) => namespace === null || one.namespace === namespace),
    }))
    .filter(({ rows }) => rows.length > 0)
}

/** What fits best: a NodePort before the Service's own port before an endpoint's, a whole name before a part of one. */
function matcher(wanted: string, rows: readonly ServiceRow[]): (row: ServiceRow) => boolean {
  const ways = /^\d{1,5}$/.test(wanted) ? byPort(Number(wanted)) : byName(wanted.toLowerCase())
  return ways.find((way) => rows.some(way)) ?? (() => false)
}

const byPort = (port: number): readonly ((row: ServiceRow) => boolean)[] => [
  (row) => row.nodePort === port,
  (row) => row.port === port || row.addresses.some((one) => one.port === port),
  (row) => row.endpoints.some((one) => one.port === port),
]

const byName = (name: string): readonly ((row: ServiceRow) => boolean)[] => [
  ({ service }) => spellings(service).includes(name),
  ({ addresses, endpoints }) => [...addresses, ...endpoints].some((one) => one.address === name),
  ({ service }) => service?.toLowerCase().includes(name) === true,
]

/** `shop/web:http`, `shop/web`, `web:http`, `web`. */
function spellings(service: string | null): readonly string[] {
  if (service === null) return []
  const whole = service.toLowerCase()
  const short = whole.slice(whole.indexOf('/') + 1)
  return [whole, short, whole.replace(/:[^:/]*$/, ''), short.replace(/:[^:/]*$/, '')]
}

/** Ports from … to, both ends included. */
export interface PortRange {
  readonly from: number
  readonly to: number
}

/** `32768 60999`, as net.ipv4.ip_local_port_range prints it; null: it says something else. */
export function localPortRange(value: string): PortRange | null {
  const found = /^\s*(\d{1,5})[\s-]+(\d{1,5})\s*$/.exec(value)
  const range = found && { from: Number(found[1]), to: Number(found[2]) }
  return range && range.from <= range.to ? range : null
}

/** `8080,30000-32767`, as net.ipv4.ip_local_reserved_ports prints it. */
export function reservedPorts(value: string): readonly PortRange[] {
  return value.split(',').flatMap((item) => {
    const found = /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(item)
    return found ? [{ from: Number(found[1]), to: Number(found[2] ?? found[1]) }] : []
  })
}

export const holds = ({ from, to }: PortRange, port: number): boolean => port >= from && port <= to

/** How many ports two ranges have in common, those in `except` left out. */
export function overlap(a: PortRange, b: PortRange, except: readonly PortRange[]): number {
  const [from, to] = [Math.max(a.from, b.from), Math.min(a.to, b.to)]
  let count = 0
  for (let port = from; port <= to; port++) if (!except.some((range) => holds(range, port))) count++
  return count
}

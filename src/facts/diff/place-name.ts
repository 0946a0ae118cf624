import type { End } from '../../model/socket.ts'

/** `0.0.0.0:80`, `[::]:80`, `*:80`. */
export const placeName = ({ address, port }: End): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

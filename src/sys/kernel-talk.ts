import type { KernelTalk } from './host.ts'
import { loadLibc } from './libc.ts'
import { type NETLINK, openNetlink } from './netlink.ts'
import type { Inside } from './netns-files.ts'
import type { LiveNetns } from './netns-refs.ts'

/** Dumps over one netlink socket of a namespace: opened inside, used from outside. */
export function talkOf(
  netns: LiveNetns,
  inside: Inside,
  protocol: keyof typeof NETLINK,
  via: KernelTalk['via'],
  silenceMs: number,
): KernelTalk {
  return {
    ok: true,
    via,
    talk(act) {
      loadLibc()
      const socket = inside(netns, () => openNetlink(protocol, silenceMs))
      try {
        act((request, buffer, onDatagram) => socket.dump(request, buffer, onDatagram))
      } finally {
        socket.close()
      }
    },
  }
}

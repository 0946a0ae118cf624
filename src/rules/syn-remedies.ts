import type { View } from '../facts/need.ts'
import { SYNCOOKIES } from '../facts/syn-queue.ts'
import type { Remedy } from '../model/finding.ts'
import { inNetns } from './counter-evidence.ts'
import { SYN_WORDS } from './syn-evidence.ts'

/** SYN cookies on, in the view's namespace. It is one of the few settings that every kubelet lets a pod set. */
export function cookieRemedies(view: View, verify: string): readonly Remedy[] {
  const now: Remedy = {
    title: SYN_WORDS.cookiesOn,
    action: inNetns(view, `sysctl -w ${SYNCOOKIES}=1`),
    language: 'sh',
    risk: SYN_WORDS.cookiesRisk,
    verify,
  }
  if (view.netns.kind === 'host')
    return [
      {
        ...now,
        action: `sysctl -w ${SYNCOOKIES}=1\necho ${SYNCOOKIES}=1 > /etc/sysctl.d/90-syncookies.conf`,
      },
    ]
  if (view.netns.kind !== 'pod') return [now]
  return [
    now,
    {
      title: SYN_WORDS.cookiesPod,
      action: `spec:\n  securityContext:\n    sysctls:\n      - name: ${SYNCOOKIES}\n        value: "1"`,
      language: 'yaml',
      risk: SYN_WORDS.podRisk,
      verify,
    },
  ]
}

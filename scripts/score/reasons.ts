import type { Reasons } from './page.ts'

/** Why what is missed is missed: `kind what name`. */
export const REASONS: Reasons = {
  'missed close-wait-leak transcripts/wild/glued.txt':
    'the number (812, by awk) and the owner (two rows of a `head`) stand in two outputs that nothing joins.',
  'missed close-wait-leak transcripts/wild/it-multi.md':
    'the growth (2012 to 2841, by `uniq -c`) and the owner (three rows of a `head`) stand in outputs that nothing joins.',
  'missed fd-limit-reached transcripts/wild/ko.md':
    '`ls /proc/PID/fd | wc -l` is a number without a name: nothing reads it as a count of descriptors.',
  'not first listener-never-accepts|accept-queue-full transcripts/wild/ru.md':
    '`lsof` names kube-proxy for the port, and its rows are not joined to the listener that ss printed without an owner.',
  'missed syn-flood|syn-queue-full transcripts/wild/vi-mixed.md':
    'one ssh command prints a count and counters one after the other, and the count of SYN_RECV (257) is not read.',
  'wrong accept-starved-of-cpu *':
    'the machine that it was scored on was short of CPU for other work: the program did wait for one.',
  'wrong backlog-too-small captured/ss-6.15.0/queue-of-reset.head.txt':
    'of a listing that `head` cut, the rule takes that no owned connection was seen for no sign against accepting.',
}

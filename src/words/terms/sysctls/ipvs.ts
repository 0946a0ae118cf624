import type { Term } from '../define-term.ts'

const DOC = 'Documentation/networking/ipvs-sysctl.rst'

/** Settings of IPVS; they exist once ip_vs is loaded. */
export const IPVS_SYSCTLS: readonly Term[] = [
  {
    id: 'net.ipv4.vs.conn_reuse_mode',
    title: { en: 'What a SYN with the ports of an old connection does', zh: '新 SYN 复用旧连接端口时的处理' },
    what: {
      en: '1: it is scheduled anew, so that clients that reuse ports spread over the endpoints; 0: it goes to the endpoint of old, even to one of weight 0 that is being taken down.',
      zh: '1：重新调度，复用端口的客户端才能分散到各后端；0：仍去旧后端，哪怕它权重已为 0、正在下线。',
    },
    since: 'Linux 4.1',
    raisedBy: {
      en: 'Kernel default 1; kube-proxy writes 0 on kernels before 5.9, where 1 delayed such a SYN by a second when conntrack was on.',
      zh: '内核默认 1；在 5.9 之前的内核上，启用 conntrack 时 1 会让这种 SYN 延迟一秒，kube-proxy 因此写成 0。',
    },
    read: {
      en: '`ipvsadm -Lnc | grep TIME_WAIT` shows entries that a reused port would meet.',
      zh: '`ipvsadm -Lnc | grep TIME_WAIT` 可看到复用端口会撞上的条目。',
    },
    act: {
      en: 'On 5.9 and later 1; before that, either choice loses something under heavy port reuse.',
      zh: '5.9 及以后用 1；之前的内核在大量端口复用时，选哪个都有损失。',
    },
    rules: ['ipvs-stale-connection'],
    sources: [DOC, 'https://github.com/kubernetes/kubernetes/issues/81775'],
  },
  {
    id: 'net.ipv4.vs.expire_nodest_conn',
    title: { en: 'Forget a connection whose endpoint was removed', zh: '后端被移除后丢弃其连接条目' },
    what: {
      en: 'With 1 the first packet for a removed endpoint deletes the entry, and the client’s next one is scheduled to a living endpoint. With 0 packets are dropped in silence until the entry times out.',
      zh: '为 1 时，发往已移除后端的首个报文会删掉条目，客户端的下一个报文就调度到存活的后端；为 0 时静默丢弃，直到条目超时。',
    },
    since: null,
    raisedBy: {
      en: 'Kernel default 0; kube-proxy in IPVS mode writes 1.',
      zh: '内核默认 0；IPVS 模式的 kube-proxy 写成 1。',
    },
    read: {
      en: '`ipvsadm -Lnc` lists entries to addresses that `ipvsadm -Ln` no longer has.',
      zh: '`ipvsadm -Lnc` 里指向的地址若已不在 `ipvsadm -Ln` 中，就是这类条目。',
    },
    act: { en: 'Set 1 where no kube-proxy does.', zh: '没有 kube-proxy 代劳时应设为 1。' },
    rules: ['ipvs-stale-connection'],
    sources: [DOC],
  },
  {
    id: 'net.ipv4.vs.expire_quiescent_template',
    title: { en: 'End session affinity to an endpoint of weight 0', zh: '后端权重为 0 时结束会话亲和' },
    what: {
      en: 'With 1 clients that stick to an endpoint (sessionAffinity: ClientIP) are let go when it is being drained; with 0 they are sent there until the affinity times out.',
      zh: '为 1 时，后端排空期间，粘在它上面的客户端（sessionAffinity: ClientIP）会被放走；为 0 时一直送到它那里，直到亲和超时。',
    },
    since: null,
    raisedBy: {
      en: 'Kernel default 0; kube-proxy writes 1 in IPVS mode.',
      zh: '内核默认 0；kube-proxy 在 IPVS 模式下写成 1。',
    },
    read: {
      en: 'Templates stand in `ipvsadm -Lnc` with client port 0.',
      zh: '`ipvsadm -Lnc` 中客户端端口为 0 的行就是亲和模板。',
    },
    act: null,
    rules: ['ipvs-stale-connection'],
    sources: [DOC],
  },
]

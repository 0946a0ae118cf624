import { serviceOfComment } from '../parse/service-name.ts'
import type { Words } from './words.ts'

type Learn = Words['learn']

/** Names in the midst of a line, known by what stands around them. */
export function readPlaces(text: string, learn: Learn): void {
  const has = (part: string) => text.includes(part)
  if (has('users:((') || has('pid='))
    for (const [, comm = ''] of text.matchAll(/\("([^"\s]{1,40})",(?:pid=)?\d/g)) learn('process', comm)
  if (/^(?:tcp|udp|unix|raw)/.test(text)) {
    const comm = /\s(?:\d{1,7}|-)\/([^\s:/]{2,40}):?\s{0,40}(?:\S{0,20}\s{0,20}@?\/?\S{0,200})?$/.exec(text)?.[1]
    if (comm !== undefined) learn('process', comm)
  }
  if (/^(?:tcp|udp|LISTEN|ESTAB|SYN|FIN|TIME|CLOS|LAST)/.test(text))
    for (const [, host = ''] of text.matchAll(/\s([A-Za-z][\w.-]{1,252}):(?:[a-z][\w-]*|\d{1,5}|\*)(?=\s|$)/g))
      learn('host', host)
  if (has('--comment') || has('/*') || has('comment "'))
    for (const [, quoted, bare, starred] of text.matchAll(
      /(?:--comment\s(?:"([^"]{1,300})"|(\S{1,300}))|\/\*\s([^*]{1,300})\s\*\/)/g,
    ))
      servicePort(serviceOfComment(quoted ?? bare ?? starred ?? ''), learn)
  for (const [, name = ''] of has('__') || has('service-') || has('endpoint-')
    ? text.matchAll(/(?:service|external|local|firewall|endpoint|affinity)-[A-Z2-7]{8}-([\w.-]+\/[\w.-]+)/g)
    : [])
    servicePort(name, learn)
  const uname = /^Linux (\S{1,253}) \d+\.\d/.exec(text)?.[1]
  if (uname !== undefined) learn('host', uname)
  // syslog: `May  1 10:00:00 host prog[1]:`, RFC 3339 likewise
  const syslog =
    /^(?:[A-Z][a-z]{2}\s+\d{1,2} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{8,40}) ([A-Za-z][\w.-]{0,252}) [\w./()-]{1,60}(?:\[\d+\])?: /.exec(
      text,
    )?.[1]
  if (syslog !== undefined) learn('host', syslog)
  if (has('://'))
    for (const [, host = ''] of text.matchAll(
      /(?<![a-z])(?!(?:docker|containerd|cri-o|unix|file|podman):)[a-z][a-z\d+.-]{1,20}:\/\/(?:[^\s/@"']{1,200}@)?([A-Za-z][\w-]{1,252})(?![\w.-])/g,
    ))
      learn('host', host)
  const image = /(?:^|[\s"])[Ii]mage"?:\s{0,30}"?((?:[\w.-]{1,100}(?::\d+)?\/){1,6}[\w.-]{1,100})/.exec(text)?.[1]
  if (image !== undefined)
    for (const part of image.split('/')) if (!part.includes('.')) learn('name', part.replace(/:.*/, ''))
  if (has('/home/') || has('/Users/'))
    for (const [, user = ''] of text.matchAll(/\/(?:home|Users)\/([A-Za-z][\w.-]{1,31})/g)) learn('user', user)
  if (has('uid=') || has('user=') || has('user ') || has('User'))
    for (const [, a, b] of text.matchAll(
      /uid=\d+\(([\w.-]{1,32})\)|(?<![\w-])(?:user=|for (?:invalid )?user |USER=|username=)"?([A-Za-z][\w.-]{1,31})/g,
    ))
      learn('user', a ?? b ?? '')
  const mount = /(?:^|\s)([A-Za-z][\w.-]{1,252}):\/[\w./-]*\s+(?:on\s+)?\//.exec(text)?.[1]
  if (mount !== undefined) learn('host', mount)
  for (const [, name = ''] of has('k8s_')
    ? text.matchAll(/k8s_[\w.-]{1,80}?_([a-z\d][a-z\d.-]{1,252}_[a-z\d-]{1,63})_[\da-f-]{32,36}/g)
    : []) {
    const [pod = '', namespace = ''] = name.split('_')
    learn('pod', pod)
    learn('namespace', namespace)
  }
  for (const [, name = ''] of has('.svc')
    ? text.matchAll(/(?<![\w.-])([a-z\d][a-z\d-]{0,62}\.[a-z\d][a-z\d-]{0,62})\.svc(?![\w-])/g)
    : []) {
    const [service = '', namespace = ''] = name.split('.')
    learn('service', service)
    learn('namespace', namespace)
  }
}

function servicePort(name: string | null, learn: Learn): void {
  const [namespace = '', rest = ''] = (name ?? '').split('/', 2)
  if (rest === '') return
  learn('namespace', namespace)
  const [service = '', port = ''] = rest.split(':', 2)
  learn('service', service)
  learn('name', port)
}

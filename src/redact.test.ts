import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kubeChainHash } from './facts/kube-chain-names.ts'
import { createRedactor, learnValue, redactValue } from './redact.ts'

function redact(text: string, salt = 'pepper'): string {
  const redactor = createRedactor(salt)
  const lines = text.split('\n')
  for (const line of lines) redactor.learn(line)
  return lines.map((line) => redactor.redact(line)).join('\n')
}

describe('addresses', () => {
  it('keeps what is private, local, a mask or for documentation', () => {
    const text =
      '10.3.32.171 172.16.0.1 172.31.255.1 192.168.1.1 127.0.0.1 0.0.0.0 255.255.224.0 169.254.169.254 100.64.0.9 224.0.0.1 198.51.100.7 ::1 :: fd00::1 fe80::1 2001:db8::7'
    expect(redact(text)).toBe(text)
  })

  it('gives one address one token of its family, with its port, in every notation', () => {
    const [dotted, mapped, dashed, hex, behind] = redact(
      [
        'ESTAB 0 0 54.1.2.3:443 10.0.0.1:5',
        'tcp6 0 0 ::ffff:54.1.2.3:443 :::*',
        'ip-54-1-2-3',
        '   0: 03020136:01BB 0100007F:1F90 01',
        'IP 54.1.2.3.443 > 10.0.0.1.5: Flags [S]',
      ].join('\n'),
    ).split('\n')
    const token = /198\.1[89]\.\d+\.\d+/.exec(dotted ?? '')?.[0] ?? 'none'
    expect(dotted).toContain(`${token}:443`)
    expect(mapped).toContain(`::ffff:${token}:443`)
    expect(dashed).toBe(`ip-${token.replaceAll('.', '-')}`)
    const back = token
      .split('.')
      .reverse()
      .map((part) => Number(part).toString(16).toUpperCase().padStart(2, '0'))
    expect(hex).toBe(`   0: ${back.join('')}:01BB 0100007F:1F90 01`)
    expect(behind).toContain(`${token}.443 >`)
  })

  it('tells ports of IPv6 rows from addresses, and times and MACs from both', () => {
    const [row, bracketed, bare, mac, time] = redact(
      [
        'tcp6 0 0 2600:1f00::5:443 :::*',
        'ESTAB 0 0 [2600:1f00::5]:443 [::1]:9',
        'inet6 2600:1f00::5/64',
        'link/ether 56:04:c7:28:b0:3c',
        '10:12:13 up 4 days',
      ].join('\n'),
    ).split('\n')
    const token = /2001:db8:[\da-f:]+(?=\/64)/.exec(bare ?? '')?.[0] ?? 'none'
    expect(row).toBe(`tcp6 0 0 ${token}:443 :::*`)
    expect(bracketed).toBe(`ESTAB 0 0 [${token}]:443 [::1]:9`)
    expect(mac).toMatch(/^link\/ether 02:00:5e:[\da-f:]{8}$/)
    expect(time).toBe('10:12:13 up 4 days')
  })

  it('makes a link-local address of the MAC that it was made of', () => {
    const [mac = '', link = ''] = redact('link/ether 56:04:c7:28:b0:3c\ninet6 fe80::5404:c7ff:fe28:b03c/64').split('\n')
    const [a, b, c] = mac.split(':').slice(-3)
    expect(link).toBe(`inet6 fe80::5eff:fe${a}:${b}${c}/64`)
  })

  it('never gives two addresses one token', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.ipV4(), { minLength: 1, maxLength: 300 }), (all) => {
        const out = redact(all.join('\n')).split('\n')
        expect(new Set(out).size).toBe(all.length)
      }),
      { numRuns: 30 },
    )
  })
})

describe('names', () => {
  it('are found where names stand and replaced wherever they stand', () => {
    const text = [
      'The shop-checkout pods hang, see shop-checkout-7d9f8b6c5-x2x4z on wrk-17.acme-corp.com.',
      '[jdoe@wrk-17 ~]$ kubectl -n payments get pods -o wide',
      'NAME                             READY   STATUS    RESTARTS   AGE   IP           NODE',
      'shop-checkout-7d9f8b6c5-x2x4z    1/1     Running   0          3d    10.4.0.7     wrk-17.acme-corp.com',
      '[jdoe@wrk-17 ~]$ kubectl -n payments describe svc shop-checkout',
      'Name:              shop-checkout',
      '[jdoe@wrk-17 ~]$ ss -lntp',
      'LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=7,fd=6))',
      'LISTEN 0 511 0.0.0.0:81 0.0.0.0:* users:(("checkoutd",pid=8,fd=6))',
    ].join('\n')
    const out = redact(text)
    expect(out).not.toMatch(/shop|checkout|payments|wrk-17|acme|jdoe/i)
    expect(out).toContain('("nginx",pid=7')
    const node = /@(host-x\w{7}) /.exec(out)?.[1] ?? 'none'
    expect(out.split(node).length).toBe(6)
    const [, , head = '', row = ''] = out.split('\n')
    expect(row.indexOf('1/1')).toBe(head.indexOf('READY'))
    expect(row.slice(row.lastIndexOf(' ') + 1)).toMatch(/^host-x\w{7}\.zone-x\w{7}\.example$/)
  })

  it('stay where they are everybody’s', () => {
    const text = [
      'root@localhost:~# kubectl -n kube-system get svc kube-dns',
      'net.core.somaxconn = 128',
      '    12178939 times the listen queue of a socket overflowed',
      'LISTEN 0 128 *:10250 *:* users:(("kubelet",pid=7,fd=6))',
      'Linux 4.4.41-k8s docker.io/library/nginx:1.25 https://github.com/kubernetes/kubernetes',
    ].join('\n')
    expect(redact(text)).toBe(text)
  })

  it('are the same with the same salt, and others with another', () => {
    const text = 'Linux web-prod-7 4.4.41 #1 SMP'
    expect(redact(text)).toBe(redact(text))
    expect(redact(text, 'salt')).not.toBe(redact(text))
  })

  it('gives kube-proxy’s chains the hashes of the tokens', () => {
    const [svc, sep] = [kubeChainHash('shop/cart:http', 'tcp'), kubeChainHash('shop/cart:http', 'tcp', '54.1.2.3:8080')]
    const out = redact(
      [
        `-A KUBE-NODEPORTS -p tcp -m comment --comment "shop/cart:http" -m tcp --dport 30720 -j KUBE-SVC-${svc}`,
        `-A KUBE-SVC-${svc} -m comment --comment "shop/cart:http" -j KUBE-SEP-${sep}`,
        `-A KUBE-SEP-${sep} -p tcp -m comment --comment "shop/cart:http" -m tcp -j DNAT --to-destination 54.1.2.3:8080`,
      ].join('\n'),
    )
    const service = /comment "([^"]+)"/.exec(out)?.[1] ?? 'none'
    const address = /to-destination (\S+)/.exec(out)?.[1] ?? 'none'
    expect(service).toMatch(/^ns-x\w{7}\/svc-x\w{7}:http$/)
    expect(out).toContain(`-j KUBE-SVC-${kubeChainHash(service, 'tcp')}`)
    expect(out).toContain(`-A KUBE-SEP-${kubeChainHash(service, 'tcp', address)}`)
    expect(redact(out)).toBe(out)
  })
})

describe('secrets', () => {
  const SECRET = 'Zq3vT9xKp2LmW8rN'
  const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJlLW9mLXRoYXQ'
  it.each([
    [`Authorization: Bearer ${JWT}`, JWT],
    [`> Authorization: Basic ${SECRET}==`, SECRET],
    [`curl -H "Authorization: Bearer ${SECRET}" https://10.0.0.1/`, SECRET],
    [`Cookie: sid=${SECRET}; lang=zh`, SECRET],
    [`Set-Cookie: JSESSIONID=${SECRET}; Path=/`, SECRET],
    [`mysql -h db -u root -p${SECRET} shop`, SECRET],
    [`export DB_PASSWORD=${SECRET}`, SECRET],
    [`  password: "${SECRET}"`, SECRET],
    [`{"client_secret":"${SECRET}","id":1}`, SECRET],
    [`kubeadm join 10.0.0.1:6443 --token ${SECRET}`, SECRET],
    [`redis-cli -h 10.0.0.1 redis://app:${SECRET}@cache:6379/0`, SECRET],
    [`curl -u admin:${SECRET} http://10.0.0.1/`, SECRET],
    [`sshpass -p '${SECRET}' ssh 10.0.0.1`, SECRET],
    ['aws_access_key_id = AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
    ['AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'wJalrXUtnFEMI'],
    ['  tls.key: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUlFb3dJQkFBS0NBUUVBcjdC', 'LS0tLS1CRUdJTiBSU0EgUFJJ'],
    ['ghp_1234567890abcdefghijABCDEFGHIJ123456', 'ghp_1234567890'],
    ['mail from wang.wei@corp.example-shop.cn', 'wang.wei'],
    ['mail from wang.wei@corp.example-shop.cn', 'example-shop'],
    ['root:$6$saltsalt$Zq3vT9xKp2LmW8rNabcdefgh:19000:0', 'Zq3vT9xKp2LmW8rN'],
    [`GET /?access_token=${SECRET}&x=1 HTTP/1.1`, SECRET],
  ])('%s', (line, secret) => {
    const out = redact(line)
    expect(out).not.toContain(secret)
    expect(redact(out)).toBe(out)
  })

  it('takes keys of many lines away, line by line', () => {
    const body = ['MIIEowIBAAKCAQEAr7BqRzP3', 'q8aGk1FQmVt8xq0G3dTQ']
    const text = [
      '-----BEGIN RSA PRIVATE KEY-----',
      ...body,
      '-----END RSA PRIVATE KEY-----',
      'net.core.somaxconn = 128',
    ]
    const out = redact(text.join('\n')).split('\n')
    expect(out).toHaveLength(text.length)
    for (const line of body) expect(out.join('\n')).not.toContain(line)
    expect(out.at(-1)).toBe('net.core.somaxconn = 128')
  })

  it('says how many of each kind', () => {
    const redactor = createRedactor('x')
    const lines = ['ESTAB 0 0 54.1.2.3:1 54.1.2.4:2', 'ESTAB 0 0 54.1.2.3:1 54.1.2.5:2', `token=${SECRET}`]
    for (const line of lines) redactor.learn(line)
    for (const line of lines) redactor.redact(line)
    expect(redactor.counts()).toEqual({ address: 3, secret: 1 })
  })
})

describe('any text', () => {
  const name = fc.stringMatching(/^[b-df-hj-np-tv-z]{4}-[b-df-hj-np-tv-z]{3}[0-9]{2}$/)
  const secret = fc.stringMatching(/^[A-Z][a-z][0-9][A-Za-z0-9]{17}$/)
  const planted = fc.record({ host: name, pod: name, ns: name, svc: name, user: name, secret, prose: fc.lorem() })

  it('keeps no planted name, address or secret, keeps its lines, and stays as it is the second time', () => {
    fc.assert(
      fc.property(planted, fc.ipV4(), ({ host, pod, ns, svc, user, secret: key, prose }, address) => {
        fc.pre(new Set([host, pod, ns, svc, user]).size === 5)
        const text = [
          `${prose} ${svc} ${pod}`,
          `[${user}@${host} ~]$ kubectl -n ${ns} exec -it ${pod} -- ss -ant | grep ${svc}`,
          `ESTAB 0 0 10.0.0.1:80 ${address}:50000`,
          `-A KUBE-SERVICES -m comment --comment "${ns}/${svc}:http cluster IP" -j ACCEPT`,
          `password=${key} token: '${key}'`,
          `https://${user}:${key}@10.1.2.3/ ${pod}.${ns}.svc.cluster.local ${host.toUpperCase()}`,
        ].join('\n')
        const out = redact(text)
        expect(out.split('\n')).toHaveLength(6)
        for (const word of [host, pod, ns, svc, user, key]) expect(out.toLowerCase()).not.toContain(word.toLowerCase())
        expect(redact(out)).toBe(out)
      }),
      { numRuns: 100 },
    )
  })

  it('never throws, never loops, keeps every line', () => {
    const unit = fc.constantFrom(
      ...'aZ09._-:/@=+ "\'$#[](){}%\u001b\t,',
      'KUBE-SEP-',
      'eyJ',
      'password=',
      '::',
      '1.2.3.4',
      '-----BEGIN RSA PRIVATE KEY-----',
    )
    fc.assert(
      fc.property(fc.array(fc.string({ unit, maxLength: 120 }), { maxLength: 10 }), (lines) => {
        const text = lines.map((line) => line.replaceAll('\n', ' '))
        expect(redact(text.join('\n')).split('\n')).toHaveLength(Math.max(1, text.length))
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    'a-',
    'a.',
    'a_',
    '1.',
    'a:',
    'eyJ',
    'password',
    'KUBE-SVC-',
    ' x',
    'curl -u ',
    '/a',
    'a=b&',
    '"a":',
    '--token ',
  ])('is linear in a line of %s', (unit) => {
    const line = unit.repeat(Math.floor(200_000 / unit.length))
    const start = performance.now()
    redact(line)
    expect(performance.now() - start).toBeLessThan(4000)
  })
})

it('redacts values of the model as texts', () => {
  const redactor = createRedactor('x')
  redactor.learn('hostname: wrk-17')
  expect(redactValue({ node: 'wrk-17', n: 1, none: null, rows: ['54.1.2.3'] }, redactor)).toEqual({
    ...{ n: 1, none: null },
    node: expect.stringMatching(/^host-x/),
    rows: [expect.stringMatching(/^198\.1[89]\./)],
  })
})

describe('readings with forwarding rules', () => {
  const [svc, sep] = [kubeChainHash('shop/cart:http', 'tcp'), kubeChainHash('shop/cart:http', 'tcp', '54.1.2.3:8080')]
  const rule = { table: 'nat', comment: 'shop/cart:http', service: 'shop/cart:http', dnat: null }
  const rules = [
    { ...rule, chain: 'KUBE-NODEPORTS', target: `KUBE-SVC-${svc}` },
    { ...rule, chain: `KUBE-SVC-${svc}`, target: `KUBE-SEP-${sep}` },
    { ...rule, chain: `KUBE-SEP-${sep}`, target: 'DNAT', dnat: { address: '54.1.2.3', port: 8080 } },
    { ...rule, chain: 'KUBE-EXTERNAL-SERVICES', target: 'REJECT', comment: 'shop/cart:http has no endpoints' },
  ]
  const value = { rules, chains: [{ name: 'KUBE-EXTERNAL-SERVICES' }, { name: 'no-endpoint-nodeports' }] }
  const redacted = () => {
    const redactor = createRedactor('pepper')
    learnValue(value, redactor)
    return redactValue(value, redactor)
  }

  it('keep the chains that every node has', () => {
    const { rules: after, chains } = redacted()
    expect(chains).toEqual(value.chains)
    expect(after.map((one) => one.chain)[3]).toBe('KUBE-EXTERNAL-SERVICES')
    expect(after[3]?.comment).toMatch(/^ns-x\w{7}\/svc-x\w{7}:http has no endpoints$/)
  })

  it('give a Service’s chains the hashes of its tokens, though chain, comment and address stand apart', () => {
    const [entry, spread, end] = redacted().rules
    const service = entry?.service ?? ''
    expect(service).toMatch(/^ns-x\w{7}\/svc-x\w{7}:http$/)
    expect(entry?.target).toBe(`KUBE-SVC-${kubeChainHash(service, 'tcp')}`)
    expect(spread?.target).toBe(`KUBE-SEP-${kubeChainHash(service, 'tcp', `${end?.dnat?.address}:8080`)}`)
    expect(spread?.target).toBe(end?.chain)
  })
})

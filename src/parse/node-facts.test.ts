import { describe, expect, it } from 'vitest'
import { NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { nodeFacts } from './node-facts.ts'

function told(command: string | null, text: string) {
  const { content } = under(nodeFacts, command, text)
  return content.map((one) => {
    if (one.question !== 'node') throw new Error(`not of the node: ${one.question}`)
    const { kernel, os, ...others } = one.facts
    return { ...others, ...(kernel ? { kernel: kernel.value } : {}), ...(os ? { os: os.value } : {}) }
  })
}

const OS_RELEASE =
  'PRETTY_NAME="Ubuntu 22.04.4 LTS"\nNAME="Ubuntu"\nVERSION_ID="22.04"\nHOME_URL="https://www.ubuntu.com/"'
const LSB = 'Distributor ID:\tUbuntu\nDescription:\tUbuntu 22.04.4 LTS\nRelease:\t22.04\nCodename:\tjammy'
const HOSTNAMECTL = `   Static hostname: node-7
  Operating System: CentOS Linux 7 (Core)
            Kernel: Linux 4.4.41-k8s
      Architecture: x86-64`

describe('what says which machine it is', () => {
  it.each<[string | null, string, object]>([
    [null, 'Linux node-7 4.4.41-k8s #1 SMP Fri Nov 1 2019 x86_64 GNU/Linux', { name: 'node-7', kernel: '4.4.41-k8s' }],
    ['uname -r', '5.15.0-105-generic', { kernel: '5.15.0-105-generic' }],
    ['hostname', 'node-7.example', { name: 'node-7.example' }],
    ['nproc', '8', { cores: 8 }],
    ['cat /etc/os-release', OS_RELEASE, { os: 'Ubuntu 22.04.4 LTS' }],
    [null, OS_RELEASE, { os: 'Ubuntu 22.04.4 LTS' }],
    ['lsb_release -a', `No LSB modules are available.\n${LSB}`, { os: 'Ubuntu 22.04.4 LTS' }],
    [null, LSB, { os: 'Ubuntu 22.04.4 LTS' }],
    ['lsb_release -sd', '"CentOS release 6.9 (Final)"', { os: 'CentOS release 6.9 (Final)' }],
    ['cat /etc/redhat-release', 'CentOS Linux release 7.9.2009 (Core)', { os: 'CentOS Linux release 7.9.2009 (Core)' }],
    ['hostnamectl', HOSTNAMECTL, { os: 'CentOS Linux 7 (Core)', kernel: '4.4.41-k8s' }],
  ])('%s: %s', (command, text, facts) => {
    expect(told(command, text)).toEqual([facts])
  })

  it.each<[string | null, string]>([
    [null, '5.15.0-105-generic'],
    [null, 'node-7'],
    [null, '8'],
    ['uname -r', 'node-7'],
    ['hostname', 'Name or service not known'],
    ['nproc', '-1'],
    ['uname -a', 'Linux node-7'],
    ['uname -a', `Linux node-7 4.4.41 ${'x'.repeat(500)}`],
  ])('%s: nothing is told by %s', (command, text) => {
    expect(told(command, text)).toEqual([])
  })

  it('a second machine is not mixed into the first', () => {
    const { content, refused } = under(nodeFacts, 'uname -a', 'Linux a 4.4.41 #1 SMP\nLinux b 5.15.0 #1 SMP')
    expect(content).toMatchObject([{ facts: { name: 'a', kernel: { value: '4.4.41' } } }])
    expect(refused).toHaveLength(1)
  })

  it('is not opened by prose', () => {
    expect(NO_OUTPUT.filter((line) => nodeFacts.opens(line))).toEqual([])
  })

  it('never throws, never invents', () => {
    neverInvents(nodeFacts, 'uname -a', 'Linux node-7 4.4.41-k8s #1 SMP Fri Nov 1 2019 x86_64 GNU/Linux')
  })
})

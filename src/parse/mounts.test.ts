import { describe, expect, it } from 'vitest'
import { machineOf, NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { mounts } from './mounts.ts'

const of = (command: string | null, text: string) =>
  (machineOf(under(mounts, command, text)).mounts ?? []).map(
    (one) => `${one.device} ${one.path} ${one.type} ${one.options.join()}`,
  )

const NFS = '10.0.0.5:/export/images on /usr/share/nginx/images type nfs4 (rw,relatime,hard,proto=tcp,timeo=600)'
const TARGETS = `TARGET                                      SOURCE                  FSTYPE   OPTIONS
/                                           /dev/vda                ext4     rw,relatime,discard
├─/proc                                     proc                    proc     rw,relatime
│ └─/proc/sys/fs/binfmt_misc                systemd-1               autofs   rw,relatime,fd=30`
const FLAGS = `/usr/share/nginx/images from 10.0.0.5:/export/images
 Flags:	rw,relatime,vers=4.1,hard,proto=tcp,addr=10.0.0.5`

describe('mounts', () => {
  it.each([
    ['mount', NFS, ['10.0.0.5:/export/images /usr/share/nginx/images nfs4 rw,relatime,hard,proto=tcp,timeo=600']],
    ['mount', '/dev/sda1 on /data disk type ext4 (rw) [my data]', ['/dev/sda1 /data disk ext4 rw']],
    [
      'cat /proc/mounts',
      'nas:/x /mnt/a\\040b nfs rw,hard,addr=10.0.0.5 0 0',
      ['nas:/x /mnt/a b nfs rw,hard,addr=10.0.0.5'],
    ],
    [
      'cat /proc/7/mountinfo',
      '36 35 0:38 / /mnt rw,noatime shared:1 master:2 - nfs4 nas:/x rw,hard',
      ['nas:/x /mnt nfs4 rw,noatime,hard'],
    ],
    ['cat /proc/self/mountinfo', '22 27 0:21 / /proc rw,relatime - proc proc rw', ['proc /proc proc rw,relatime']],
    [
      'findmnt',
      TARGETS,
      [
        '/dev/vda / ext4 rw,relatime,discard',
        'proc /proc proc rw,relatime',
        'systemd-1 /proc/sys/fs/binfmt_misc autofs rw,relatime,fd=30',
      ],
    ],
    [
      'nfsstat -m',
      FLAGS,
      ['10.0.0.5:/export/images /usr/share/nginx/images nfs4 rw,relatime,vers=4.1,hard,proto=tcp,addr=10.0.0.5'],
    ],
    [null, NFS, expect.arrayContaining([expect.stringContaining('nfs4')])],
  ])('%s', (command, text, expected) => {
    expect(of(command, text)).toEqual(expected)
    expect(under(mounts, command, text).refused).toEqual([])
  })

  it.each([
    '10.0.0.5:/export on /mnt type nfs4 (rw,rel',
    'somebody on /mnt said that the type (of disk) matters',
    'proc /proc proc rw,relatime 0',
    'a b c d 0 0',
    '36 35 0:38 / /mnt rw,noatime shared:1',
  ])('refuses %s', (line) => {
    expect(under(mounts, 'mount', line)).toMatchObject({ content: [], refused: [line] })
  })

  it('is not opened by prose', () => {
    expect(NO_OUTPUT.filter((line) => mounts.opens(line))).toEqual([])
  })

  it('never throws, never invents', () => {
    neverInvents(
      mounts,
      'mount',
      [NFS, TARGETS, FLAGS, 'nas:/x /mnt nfs rw 0 0', '22 27 0:21 / /proc rw - proc proc rw'].join('\n'),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { machineOf, NO_OUTPUT, neverInvents, under } from '../../test/text/machine.ts'
import { mountstats } from './mountstats.ts'
import { nfsiostat } from './nfsiostat.ts'
import { nfsstat } from './nfsstat.ts'

/** nfs-utils 2.6.2, run over a procfs with these numbers. */
const NFSSTAT = `Client rpc stats:
calls      retrans    authrefrsh
1893245    812        1893301 

Client nfs v4:
null             read             write            commit           open             
0         0%     1402345  74%     92100     4%     3012      0%     8123      0%     
destroy_session  sequence         get_lease_time   reclaim_comp     layoutget        
0         0%     0         0%     0         0%     1         0%     1         0%     

Server rpc stats:
calls      badcalls   badfmt     badauth    badclnt
77         0          0          0          0       `

const NFSIOSTAT = `10.0.0.5:/export/images mounted on /usr/share/nginx/images:

           ops/s       rpc bklog
          21.910           0.000

read:              ops/s            kB/s           kB/op         retrans    avg RTT (ms)    avg exe (ms)  avg queue (ms)          errors
                  16.229        1811.148         111.602      756 (0.1%)         650.586         654.437           3.851        3 (0.0%)
write:             ops/s            kB/s           kB/op         retrans    avg RTT (ms)    avg exe (ms)  avg queue (ms)          errors
                   0.000           0.000           0.000        0 (0.0%)           0.000           0.000           0.000        0 (0.0%)`

/** nfs-utils 1.3 of CentOS 7. */
const OLD = `nas:/x mounted on /mnt:

   op/s		rpc bklog
   7.90 	   0.00
read:             ops/s		   kB/s		  kB/op		retrans		avg RTT (ms)	avg exe (ms)
		  0.000 	  0.000 	  0.000        0 (0.0%) 	  0.000 	  0.000`

const MOUNTSTATS = `device proc mounted on /proc with fstype proc
device 10.0.0.5:/export/images mounted on /usr/share/nginx/images with fstype nfs4 statvers=1.1
	opts:	rw,vers=4.1,hard,proto=tcp,timeo=600,retrans=2
	age:	86412
	caps:	caps=0x3ffbffff,wtmult=512,dtsize=1048576,bsize=0,namlen=255
	nfsv4:	bm0=0xfdffbfff,bm1=0xf9be3e,acl=0x0,sessions,pnfs=not configured,lease_time=90,lease_expired=0
	sec:	flavor=1,pseudoflavor=1
	events:	10 20 0 0 5 3 40 0 0 0 0 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0
	bytes:	1000000 0 0 0 1000000 0 245 0
	RPC iostats version: 1.1  p/v: 100003/4 (nfs)
	xprt:	tcp 712 0 1 0 11 1893245 1893201 44 1893245 0 2 12 10
	per-op statistics
	        NULL: 1 1 0 44 24 0 0 0 0
	        READ: 1402345 1403101 12 261000000 160000000000 5400321 912345678 917746000 3
	       WRITE: 0 0 0 0 0 0 0 0 0
	     GETATTR: 92100 92101 0 18000000 22000000 12000 1240000 1259000`

describe('nfsstat', () => {
  it('tells every call and each operation that was called', () => {
    const read = under(nfsstat, 'nfsstat', NFSSTAT)
    expect(
      machineOf(read).nfs?.map((one) => `${one.operation} ${one.count} ${one.retransmissions} ${one.span}`),
    ).toEqual([
      'all 1893245 812 since-boot',
      'READ 1402345 null since-boot',
      'WRITE 92100 null since-boot',
      'COMMIT 3012 null since-boot',
      'OPEN 8123 null since-boot',
      'RECLAIM_COMP 1 null since-boot',
      'LAYOUTGET 1 null since-boot',
    ])
    expect([read.refused, read.lost]).toEqual([[], 0])
  })

  it('loses values that do not fit their names; says nothing where there is no client', () => {
    expect(under(nfsstat, 'nfsstat', NFSSTAT.replace('812', ''))).toMatchObject({ lost: 1 })
    expect(
      under(nfsstat, 'nfsstat -c', 'Error: No Client Stats (/proc/net/rpc/nfs: No such file or directory). '),
    ).toMatchObject({ content: [], refused: [] })
  })
})

describe('nfsiostat', () => {
  it('reads the times of a mount; the first report is its average', () => {
    const read = under(nfsiostat, 'nfsiostat 5 2', `${NFSIOSTAT}\n\n${NFSIOSTAT}`)
    const { nfs = [] } = machineOf(read)
    expect(nfs.map((one) => `${one.operation} ${one.span} ${one.perSecond}`)).toEqual([
      'all since-boot 21.91',
      'READ since-boot 16.229',
      'WRITE since-boot 0',
      'all interval 21.91',
      'READ interval 16.229',
      'WRITE interval 0',
    ])
    expect(nfs[1]).toMatchObject({
      server: '10.0.0.5:/export/images',
      mount: '/usr/share/nginx/images',
      retransmissions: 756,
      errors: 3,
      queueMs: 3.851,
      rttMs: 650.586,
      executeMs: 654.437,
      count: null,
      origin: { line: 7 },
    })
    expect([read.refused, read.lost]).toEqual([[], 0])
  })

  it('does not know what an old version does not print', () => {
    const read = under(nfsiostat, 'nfsiostat', OLD)
    expect(machineOf(read).nfs).toMatchObject([
      { operation: 'all', perSecond: 7.9 },
      { operation: 'READ', rttMs: 0, queueMs: null, errors: null },
    ])
    expect(read.refused).toEqual([])
  })

  it('loses a row cut short', () => {
    expect(under(nfsiostat, 'nfsiostat', NFSIOSTAT.replace(/650\.586.*3 \(0\.0%\)/, ''))).toMatchObject({ lost: 1 })
  })
})

describe('mountstats', () => {
  it('divides the sums by the operations', () => {
    const read = under(mountstats, 'cat /proc/self/mountstats', MOUNTSTATS)
    const { mounts, nfs } = machineOf(read)
    expect(mounts?.map((one) => [one.path, one.options.length])).toEqual([
      ['/proc', 0],
      ['/usr/share/nginx/images', 6],
    ])
    expect(
      nfs?.map((one) => [
        one.operation,
        one.count,
        one.retransmissions,
        one.timeouts,
        one.errors,
        one.queueMs,
        one.rttMs,
        one.executeMs,
      ]),
    ).toEqual([
      ['NULL', 1, 0, 0, 0, 0, 0, 0],
      ['READ', 1402345, 756, 12, 3, 3.851, 650.586, 654.437],
      ['GETATTR', 92100, 1, 0, null, 0.13, 13.464, 13.67],
    ])
    expect([read.refused, read.lost]).toEqual([[], 0])
  })

  it('loses a row cut short', () => {
    expect(under(mountstats, null, `${MOUNTSTATS}\n	      LOOKUP: 92100 92101 0 18`)).toMatchObject({ lost: 1 })
  })
})

describe.each([
  [nfsstat, NFSSTAT],
  [nfsiostat, `${NFSIOSTAT}\n${OLD}`],
  [mountstats, MOUNTSTATS],
])('%o', (format, sample) => {
  it('is not opened by prose', () => {
    expect(NO_OUTPUT.filter((line) => format.opens(line))).toEqual([])
  })

  it('never throws, never invents', () => {
    neverInvents(format, null, sample)
  })
})

/**
 * What a thread in uninterruptible sleep waits for, by the name of the kernel function it sleeps in.
 *
 * - `nfs`, `remote`: a server's answer (remote: CIFS, Ceph, FUSE, 9p …)
 * - `disk`: a block device, a page of a file, a journal
 * - `frozen`: a filesystem that is being frozen for a snapshot (fsfreeze)
 * - `freezer`: it was frozen itself, by its cgroup: that is no wait for input or output
 * - `lock`: a lock that another thread holds: what that one waits for is not told by it
 * - `child`: vfork(2): its child has not called exec yet
 * - `other`: none of these; null: not told
 */
export type WaitsFor = 'nfs' | 'remote' | 'disk' | 'frozen' | 'freezer' | 'lock' | 'child' | 'other' | null

/**
 * Names since Linux 3.10. `ps` cuts them to six characters unless told a width, so a beginning must do.
 * Source: net/sunrpc/sched.c, fs/nfs/, fs/cifs/, fs/fuse/dev.c, mm/filemap.c, block/, fs/jbd2/, fs/xfs/, fs/super.c, kernel/freezer.c
 */
const CHANNELS: readonly (readonly [Exclude<WaitsFor, null>, RegExp])[] = [
  ['freezer', /^(?:__refrigerator|do_freezer_trap|__?refrig)/],
  ['child', /^(?:wait_for_vfork|kernel_clone|_?do_fork|do_vfork)/],
  ['frozen', /^(?:sb_start_write|__sb_start|percpu_rwsem_wait|__percpu_down_re|percpu_down_re)/],
  ['nfs', /^(?:rpc_|nfs4?_|__rpc_|xprt_|nfs_|call_re)/],
  [
    'remote',
    /^(?:cifs_|smb2?_|compound_send|ceph_|fuse_|request_wait_ans|__fuse_|p9_client|v9fs_|gfs2_|dlm_|ocfs2_|ll_|cl_sync_io|ptlrpc_)/,
  ],
  [
    'disk',
    /^(?:io_sch|bit_wait_io|wait_on_page|folio_wait|__folio_wait|sleep_on_page|wait_on_b|__wait_on_b|submit_bio_w|blk_|blkdev_|__blk|get_request|rq_qos_wait|wbt_wait|balance_dirty|jbd2_|log_wait|do_get_write|wait_transaction|start_this_ha|ext4_|xfs_|xlog_|_xfs_|btrfs_|wait_current_trans|md_|raid|dm_|dio_|iomap_|__iomap|blockdev_direct|filemap_|wait_for_stable|swap_|lock_page|__lock_page|scsi_|nvme_)/,
  ],
  ['lock', /^(?:rwsem_|__?mutex|mutex_|down|__down|call_rwsem|schedule_preempt_d)/],
]

export function waitsFor(wchan: string | null): WaitsFor {
  if (wchan === null || wchan === '') return null
  return CHANNELS.find(([, pattern]) => pattern.test(wchan))?.[0] ?? 'other'
}

/** Does it wait for input or output? */
export const isIo = (waits: WaitsFor): boolean =>
  waits === 'nfs' || waits === 'remote' || waits === 'disk' || waits === 'frozen'

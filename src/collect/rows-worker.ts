/** The second thread of rows-ahead.ts: reads slab after slab, until it is ended. */
import { workerData } from 'node:worker_threads'
import { ringIn } from './row-ring.ts'

const memory: unknown = workerData
if (memory instanceof SharedArrayBuffer) {
  const ring = ringIn(memory, 'worker')
  ring.setReady()
  for (;;) if (!ring.work()) ring.waitForSlab()
}

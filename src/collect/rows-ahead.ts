import { Worker } from 'node:worker_threads'
import type { Batch, Line, Slab } from '../model/line.ts'
import { nameBytes, namesIn, rowBytes, rowsIn } from '../model/socket-rows.ts'
import { startRowReader } from '../parse/ss-bytes.ts'
import { countLines } from '../sys/slabs.ts'
import { type RowRing, ringIn, ringMemory, SLOT_BYTES, SLOTS } from './row-ring.ts'

/** A text of fewer bytes is read before another thread has begun. */
const LONG = 8 * 1024 * 1024
/** A slab is read within a millisecond. A thread that has not managed it by then will not. */
const LOST_MS = 5000

/** The worker's code, where this program is one file: see scripts/rows-worker.ts. */
declare const ROWS_WORKER: string | undefined

export interface AheadOptions {
  /** Texts from so many bytes on have a second thread. */
  readonly long?: number
}

/**
 * The same batches; of long texts of sockets the rows are read ahead by a second thread, while this one sums up those before.
 * Shape: as from slabs.ts, line numbers too: whoever walks through a slab sets its `lines`
 * Gaps:  where no thread can be started all is as it was
 */
export async function* withRowsAhead(
  batches: AsyncIterable<Batch>,
  { long = LONG }: AheadOptions = {},
): AsyncGenerator<Batch> {
  let passed = 0
  let helper: Helper | null = null
  /** Slabs put into the ring, and given out of it. */
  let put = 0
  let given = 0
  let line = 1
  /** The rows have come to an end: what follows is no output of sockets. */
  let over = false
  const startsWithRows = startProbe()

  function* give(upTo: number): Generator<Batch> {
    for (; helper !== null && given < upTo; given++) {
      const slab = helper.slab(given, line)
      yield slab
      line += slab.lines ?? countLines(slab.bytes.subarray(slab.at, slab.to))
      over = slab.ahead?.rows.length === 0
    }
  }

  try {
    for await (const batch of batches) {
      if ('bytes' in batch) {
        const size = batch.to - batch.at
        passed += size
        if (helper === null && passed > long && startsWithRows(batch)) helper = startHelper()
        if (helper !== null && over && !startsWithRows(batch)) {
          yield* give(put)
          helper.end()
          ;[helper, over, passed, put, given] = [null, false, 0, 0, 0]
        }
        if (helper?.isReady() && size <= SLOT_BYTES) {
          if (put - given === SLOTS) yield* give(given + 1)
          helper.put(put++, batch.bytes.subarray(batch.at, batch.to))
          // Counted when its turn comes.
          batch.lines = 0
          continue
        }
        yield* give(put)
        const slab = batch.line === line ? batch : { ...batch, line }
        yield slab
        slab.lines ??= countLines(slab.bytes.subarray(slab.at, slab.to))
        batch.lines = slab.lines
        line += slab.lines
      } else {
        yield* give(put)
        const shift = line - (batch[0]?.number ?? line)
        yield shift === 0 ? batch : batch.map((one): Line => ({ ...one, number: one.number + shift }))
        line += batch.length
      }
    }
    yield* give(put)
  } finally {
    helper?.end()
  }
}

interface Helper {
  isReady(): boolean
  put(slab: number, bytes: Uint8Array): void
  slab(slab: number, line: number): Slab
  end(): void
}

function startHelper(): Helper {
  const memory = ringMemory()
  const ring = ringIn(memory, 'main')
  const worker = startWorker(memory)
  let lost = worker === null
  return {
    isReady: () => !lost && ring.isReady(),
    put: ring.put,
    slab(number, line) {
      if (!lost && !ring.waitFor(number, LOST_MS)) lost = true
      return slabOf(ring, number, line, lost)
    },
    end() {
      void worker?.terminate()
    },
  }
}

function slabOf(ring: RowRing, number: number, line: number, lost: boolean): Slab {
  const bytes = ring.bytes(number)
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return {
    bytes,
    at: 0,
    to: ring.end(number),
    line,
    lines: null,
    text: (from, end) => text.toString('latin1', from, end),
    ahead: lost ? null : ring.rows(number),
  }
}

function startWorker(memory: SharedArrayBuffer): Worker | null {
  const options = {
    workerData: memory,
    execArgv: [],
    // It keeps nothing but what it shares.
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  }
  try {
    const worker =
      typeof ROWS_WORKER === 'string'
        ? new Worker(ROWS_WORKER, { ...options, eval: true })
        : new Worker(new URL('./rows-worker.ts', import.meta.url), options)
    // Without it the text is read by one thread, as short ones are.
    worker.on('error', () => {})
    worker.unref()
    return worker
  } catch {
    return null
  }
}

/** Do rows stand at the beginning of a slab? */
function startProbe(): (slab: Slab) => boolean {
  // Made for the first slab that is asked about: most texts are too short for a second thread.
  const make = () => {
    const rows = rowsIn(new ArrayBuffer(rowBytes(1)), 0, 1, namesIn(new ArrayBuffer(nameBytes), 0))
    return { rows, read: startRowReader(rows.names) }
  }
  let probe: ReturnType<typeof make> | null = null
  return ({ bytes, at, to }) => {
    probe ??= make()
    probe.read(bytes, at, to, probe.rows)
    return probe.rows.length > 0
  }
}

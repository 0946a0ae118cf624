import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const NOBODY = 65534

/** What an ordinary user runs Node by. */
export interface Nobody {
  /** The command that runs Node with these arguments. */
  argv(...args: readonly string[]): readonly string[]
  /** Where this repository stands for that user. */
  readonly repository: string
  readonly home: string
}

/**
 * For root: become an ordinary user for some commands. This repository and Node may stand where only root may look, so they are
 * mounted where everybody may, in a mount namespace that ends with the command.
 */
export async function asNobody<T>(use: (nobody: Nobody) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'recvq-nobody-'))
  try {
    await mkdir(join(folder, 'recvq'))
    await writeFile(join(folder, 'node'), '')
    const mountAndRun = `chmod 755 "$0" && mount --bind "$1" "$0/node" && mount --bind "$2" "$0/recvq" && cd / && shift 2 &&
      exec setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups "$0/node" "$@"`
    const argv = (...args: readonly string[]) => [
      ...['unshare', '--mount', 'sh', '-c', mountAndRun, folder, process.execPath, ROOT],
      ...args,
    ]
    return await use({ argv, repository: join(folder, 'recvq'), home: folder })
  } finally {
    await rm(folder, { recursive: true })
  }
}

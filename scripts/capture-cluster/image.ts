import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** An image of one program, busybox, with the libraries it names, as `docker save` packs it. Needs /usr/bin/busybox. */
export function packImage(folder: string, name: string): string {
  const root = join(folder, 'rootfs')
  for (const file of ['/usr/bin/busybox', ...librariesOf('/usr/bin/busybox')]) {
    mkdirSync(join(root, dirname(file)), { recursive: true })
    copyFileSync(file, join(root, file))
  }
  const tar = (file: string, from: string, ...what: readonly string[]) =>
    execFileSync('tar', ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '-C', from, '-cf', file, ...what])
  tar(join(folder, 'layer.tar'), root, '.')
  const layer = createHash('sha256')
    .update(readFileSync(join(folder, 'layer.tar')))
    .digest('hex')
  const config = {
    architecture: 'amd64',
    os: 'linux',
    config: { Cmd: ['/usr/bin/busybox', 'sleep', '1000000'], Labels: { name } },
    rootfs: { type: 'layers', diff_ids: [`sha256:${layer}`] },
  }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify([{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }]),
  )
  const packed = join(folder, 'image.tar')
  tar(packed, folder, 'manifest.json', 'config.json', 'layer.tar')
  return packed
}

function librariesOf(program: string): readonly string[] {
  try {
    return [...execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/lib\S+) \(0x/g)].map(
      (found) => found[1] ?? '',
    )
  } catch {
    // a static one names none
    return []
  }
}

#!/usr/bin/env node
if (Number.parseInt(process.versions.node, 10) < 24) {
  console.error(`recvq needs Node 24 or newer, and this is ${process.version}`)
  process.exitCode = 2
} else {
  await import('../dist/main.js')
}

#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

// what is compiled once need not be compiled at the next run
enableCompileCache?.()
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(`recvq needs Node 24 or newer, and this is ${process.version}`)
  process.exitCode = 2
} else {
  await import('../dist/main.js')
}

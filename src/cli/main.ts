#!/usr/bin/env node
// Whoever reads us may have seen enough (`| head`): that is no error, and what was decided so far is how we end.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit()
    throw error
  })
}

/** A function, because the main module of the single executable is CommonJS and cannot await outside of one. */
async function main(): Promise<void> {
  const { runProgram } = await import('./program.ts')
  process.exitCode = await runProgram(process.argv.slice(2))
}

void main()

import { defineConfig } from 'vitest/config'

/** Rooms whose every line should have been run by a test: they judge. */
const JUDGING = ['src/parse/**', 'src/facts/**', 'src/rules/**', 'src/diagnose{.ts,/**}']
const lines95 = Object.fromEntries(JUDGING.map((room) => [room, { lines: 95 }]))

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
    // processes, not threads: namespaces and signals belong to a process
    pool: 'forks',
    // Long: what starts processes and namespaces waits for a machine that may be busy.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    coverage: {
      provider: 'v8',
      reportOnFailure: true,
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.test.ts', 'src/model/**'],
      reporter: ['text-summary', 'json-summary', 'html'],
      reportsDirectory: 'coverage',
      thresholds: lines95,
    },
  },
})

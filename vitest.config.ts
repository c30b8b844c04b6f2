import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Two cores must do: one file at a time where a test keeps time with real sockets (see scripts/test.mjs),
// as many as there are cores elsewhere.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['dist/**', 'build/**', 'node_modules/**'],
    pool: 'forks',
    maxWorkers: availableParallelism(), // by default one core would stay idle
    testTimeout: 60_000,
    hookTimeout: 60_000,
    printConsoleTrace: false,
  },
});

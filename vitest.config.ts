import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build.ts'],
    setupFiles: ['test/support/each.ts'],
    testTimeout: Number(process.env.SKASM_TEST_TIMEOUT ?? 180) * 1000,
    // Some cases measure time or wait for a terminal, and share their machine with the others.
    retry: 1,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});

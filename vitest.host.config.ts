import { defineConfig } from 'vitest/config';

/** The tests on real cgroup trees: they need root, and share one kernel, so they run one by one. */
export default defineConfig({
  test: {
    include: ['test/host/**/*.test.ts'],
    // What only the executable can show: CGPREP_PROGRAM names it.
    exclude: process.env['CGPREP_PROGRAM'] === undefined ? ['test/host/executable.test.ts'] : [],
    fileParallelism: false,
    sequence: { concurrent: false },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

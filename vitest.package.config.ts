import { defineConfig } from 'vitest/config';

/** The tests of what is handed out: packages, manual pages, completions, the npm package, the container. */
export default defineConfig({
  test: {
    include: ['test/package/**/*.test.ts'],
    // Each works on artefacts of 100 MB and more.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});

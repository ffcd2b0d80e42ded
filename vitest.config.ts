import { defineConfig } from 'vitest/config';

/** The tests that need no root, no build and no particular host. */
export default defineConfig({
  test: {
    // Property tests take a second or two, and a machine may be busy with others.
    testTimeout: 180_000,
    include: ['test/unit/**/*.test.ts', 'test/scenario/**/*.test.ts', 'test/architecture.test.ts'],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text', 'html'],
      thresholds: { lines: 95, functions: 95, statements: 95, branches: 90 },
    },
  },
});

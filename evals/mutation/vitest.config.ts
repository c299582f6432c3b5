import { defineConfig } from 'vitest/config';

/** The tests that must notice when a rule of the gate, a statistic, a scorer or a detector is wrong: those beside the sources, and no others. */
export default defineConfig({
  test: {
    include: ['src/{gate,stats,scorers}/**/*.test.ts', 'src/review/*.test.ts'],
    testTimeout: 60_000,
  },
});

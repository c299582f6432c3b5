import { defineConfig } from 'vitest/config';

/** For the suite of the bench alone; threads, so that one process is measured. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['one-call.suite.ts'],
    pool: 'threads',
    reporters: ['dot'],
    maxConcurrency: Number(process.env.BENCH_IN_FLIGHT),
  },
});

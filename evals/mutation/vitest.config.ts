import { defineConfig } from 'vitest/config';

/** The tests of one part of a room (`rooms.ts`), as `mutation.ts` names them; none otherwise, which vitest takes for a failure. */
const tests = process.env.DOCKET_MUTATION_TESTS?.split(' ') ?? [];

export default defineConfig({ test: { include: tests, testTimeout: 60_000 } });

import { defineConfig } from '../../../../src/index.ts';
import { returnsDesk } from './agent.ts';

export default defineConfig({
  agent: returnsDesk,
  cases: 'cases',
  current: 'v1',
  trials: 10,
  concurrency: 2,
  // Nobody charges for it: a price as if, so that costs and budgets are counted by real tokens.
  prices: { 'smollm2-135m-instruct-q4_1': { input: 0.1, output: 0.4, cacheRead: 0.01, cacheWrite: 0.1 } },
});

import { describe, expect, test } from 'vitest';
import { askModel } from './ask-model.ts';

const cases = Array.from({ length: Number(process.env.BENCH_CASES) }, (_, index) => index + 1);
const trials = Array.from({ length: Number(process.env.BENCH_TRIALS) }, (_, index) => index + 1);

/** Each trial of the bench as a plain vitest test. */
describe.concurrent.each(cases)('amount %i', (amount) => {
  test.each(trials)('trial %i', async (trial) => {
    expect(JSON.parse(await askModel(amount, trial))).toEqual({ approved: true });
  });
});

import type { Mutator } from '../../agent/mutator.ts';

/** The model takes its time: two minutes a call, by the clock of the trial. */
export const slow: Mutator = {
  name: 'slow',
  family: 'model',
  source: import.meta.url,
  plant: () => [{ what: 'two minutes a call', delayMs: 120_000 }],
};

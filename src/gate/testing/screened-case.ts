import type { GateCase } from '../gate-state.ts';

export const counts = (passes: number, runs: number) => ({ passes, runs });

/** A case that never failed: ten runs of main, three of the candidate. */
export const screened = (id: string, more: Partial<GateCase> = {}): GateCase => ({
  id,
  baseline: counts(10, 10),
  candidate: counts(3, 3),
  screening: counts(3, 3),
  ...more,
});

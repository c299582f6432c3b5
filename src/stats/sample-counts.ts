import type { Counts } from './counts.ts';
import type { Random } from './random.ts';

/** Draws the counts of independent runs that each pass with the given rate (0..1). */
export function sampleCounts(rate: number, runs: number, random: Random): Counts {
  let passes = 0;
  for (let run = 0; run < runs; run += 1) if (random() < rate) passes += 1;
  return { passes, runs };
}

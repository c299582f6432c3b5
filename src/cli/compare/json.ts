import type { CaseChange } from '../../contracts/reported-case.ts';
import type { Comparison } from '../../contracts/verdict.ts';
import { changeCounts } from '../../reporters/words.ts';

/** What `docket compare --json` prints: `reports/comparison/comparison.json` without transcripts, and the changes counted. */
export type ComparisonJson = Comparison & { readonly counts: Partial<Record<CaseChange, number>> };

export function comparisonJson(comparison: Comparison): ComparisonJson {
  return {
    ...comparison,
    counts: Object.fromEntries(changeCounts(comparison.cases)),
    cases: comparison.cases.map((each) => ({
      ...each,
      baseline: withoutTranscripts(each.baseline),
      candidate: withoutTranscripts(each.candidate),
    })),
  };
}

type Arm = Comparison['cases'][number]['baseline'];

/** Of an arm that reads its trials when they are asked for, so does this one. */
function withoutTranscripts(arm: Arm): Arm {
  const trials = { enumerable: true, get: () => arm.trials.map(withoutTranscript) };
  return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(arm), trials }) as Arm;
}

function withoutTranscript(trial: Arm['trials'][number]): Arm['trials'][number] {
  // Not by leaving it out of a copy: that would read each of them.
  const { transcript: _, ...others } = Object.getOwnPropertyDescriptors(trial);
  return Object.defineProperties({}, others) as Arm['trials'][number];
}

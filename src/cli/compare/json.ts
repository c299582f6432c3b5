import type { CaseChange } from '../../contracts/reported-case.ts';
import type { Comparison } from '../../contracts/verdict.ts';
import { changeCounts } from '../../reporters/words.ts';

/** What `docket compare --json` prints: `reports/comparison/comparison.json` without transcripts, and the changes counted. */
export type ComparisonJson = Comparison & { readonly counts: Partial<Record<CaseChange, number>> };

export function comparisonJson(comparison: Comparison): ComparisonJson {
  const withoutTranscripts = (arm: Comparison['cases'][number]['baseline']) => ({
    ...arm,
    trials: arm.trials.map(({ transcript: _, ...trial }) => trial),
  });
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

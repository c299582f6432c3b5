import type { CaseResult } from '../../contracts/evaluation.ts';
import { rankOfFinding } from '../../contracts/finding-rank.ts';
import type { Finding } from '../../contracts/score.ts';

/** All findings of one code in one case. */
export interface FindingGroup {
  readonly code: string;
  /** Trials that show it. */
  readonly trials: number;
  /** What was said most often. */
  readonly example: Finding;
  /** How many other things were said. */
  readonly others: number;
}

/** What is wrong in a case by code, worst first: what the decision leaves out, wrong decisions, then what shows in most trials. */
export function groupFindings(result: CaseResult): FindingGroup[] {
  const { findings } = result;
  // Trials are read when they are asked for.
  if (findings.length === 0) return [];
  const { trials } = result;
  const shows = new Map<string, number>();
  for (const { scores } of trials) {
    const codes = new Set(scores.filter(({ hard }) => hard).flatMap((score) => score.findings.map(({ code }) => code)));
    for (const code of codes) shows.set(code, (shows.get(code) ?? 0) + 1);
  }
  return [...shows]
    .flatMap(([code, shown]) => {
      const [example, ...others] = findings.filter((finding) => finding.code === code);
      return example ? [{ code, trials: shown, example, others: others.length }] : [];
    })
    .sort(
      (one, other) =>
        rankOfFinding(one.code) - rankOfFinding(other.code) || other.trials - one.trials || one.code.localeCompare(other.code),
    );
}

/** A finding's code as words. */
export function findingName(code: string): string {
  return code.replaceAll('-', ' ');
}

import { readFileSync } from 'node:fs';

/**
 * What the action needs of reports/verdict.json; undefined when there is none or it cannot be read.
 * @returns {{ readonly verdict: string, readonly exitCode: number, readonly reason: string, readonly accused: string | undefined, readonly newCasesFail: boolean,
 *   readonly cases: readonly { readonly id: string, readonly change: string, readonly baseline: Counts, readonly candidate: Counts }[] } | undefined}
 * @typedef {{ readonly passes: number, readonly runs: number }} Counts
 */
export function readVerdict() {
  try {
    const { kind, verdict, exitCode, reason, accusation, failingNewCases, cases } = JSON.parse(
      readFileSync('reports/verdict.json', 'utf8'),
    );
    if (kind !== 'verdict' || typeof verdict !== 'string' || !Number.isInteger(exitCode)) return undefined;
    return {
      verdict,
      exitCode,
      reason: String(reason),
      accused: accusation?.caseId,
      newCasesFail: Array.isArray(failingNewCases),
      cases: Array.isArray(cases) ? cases : [],
    };
  } catch {
    return undefined;
  }
}

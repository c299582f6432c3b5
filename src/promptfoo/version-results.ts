import type { VersionResult } from '../contracts/evaluation.ts';
import type { LoadedCase } from '../flows/cases/load-cases.ts';
import { CaseTally } from '../flows/evaluate/case-tally.ts';
import { fieldsNotCompared, totalsOf } from '../flows/evaluate/version-totals.ts';
import { scoreTrial } from '../flows/judging/score-trial.ts';
import type { Session } from '../flows/session.ts';
import { type Row, roleOf } from './judge-rows.ts';
import { storedTrial } from './stored-trial.ts';

/** The rows' trials, scored and added up by version as `docket eval` does it, repeats together. Rows without a stored trial are left out. */
export async function versionResults(
  session: Session,
  cases: ReadonlyMap<string, LoadedCase>,
  rows: readonly Row[],
): Promise<VersionResult[]> {
  const results: VersionResult[] = [];
  for (const [name, ownRows] of Map.groupBy(rows, ({ version }) => version)) {
    // All errors, or the provider of somebody else: nothing to score.
    if (ownRows.every(({ metadata }) => metadata === undefined || metadata.outcome === 'infra-error')) continue;
    const tallies = new Map<LoadedCase, CaseTally>();
    const { version, identity } = await session.prepare(name);
    for (const { metadata } of ownRows) {
      const stored = metadata && storedTrial(session, cases, metadata);
      if (!stored) continue;
      const tally = tallies.get(stored.loaded) ?? new CaseTally(session.agent, version, stored.loaded);
      tallies.set(stored.loaded, tally);
      tally.addScored(stored.trial, scoreTrial(session.agent, version, stored.loaded, stored.trial), false);
    }
    const role = roleOf(name, rows, session.config.current);
    results.push(
      totalsOf(identity, role, [...tallies.values()], ownRows.length, fieldsNotCompared(session.agent, version, [...tallies.keys()])),
    );
  }
  return results;
}

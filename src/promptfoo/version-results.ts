import type { VersionResult } from '../contracts/evaluation.ts';
import type { LoadedCase } from '../flows/cases/load-cases.ts';
import { CaseTally } from '../flows/evaluate/case-tally.ts';
import { fieldsNotCompared, totalsOf } from '../flows/evaluate/version-totals.ts';
import { Shelf } from '../flows/shelf.ts';
import { type Row, roleOf } from './judge-rows.ts';
import type { SharedSession } from './shared-session.ts';

/** The rows' trials, added up by version as `docket eval` does it, repeats together. Rows without a stored trial are left out. */
export async function versionResults({ session, scoredRows }: SharedSession, rows: readonly Row[]): Promise<VersionResult[]> {
  const results: VersionResult[] = [];
  const shelf = new Shelf(session.config.store);
  for (const [name, ownRows] of Map.groupBy(rows, ({ version }) => version)) {
    // All errors, or the provider of somebody else: nothing to score.
    if (ownRows.every(({ metadata }) => metadata === undefined || metadata.outcome === 'infra-error')) continue;
    const tallies = new Map<LoadedCase, CaseTally>();
    const { version, identity } = await session.prepare(name);
    for (const { metadata } of ownRows) {
      // A row that is an error is not asked about again: it may be its scorer that failed.
      const found = metadata && metadata.outcome !== 'infra-error' ? await scoredRows.find(metadata) : undefined;
      if (!found) continue;
      const tally = tallies.get(found.loaded) ?? new CaseTally(session.scoring, version, found.loaded, shelf);
      tallies.set(found.loaded, tally);
      tally.addScored(found.trial, found.scored, false);
    }
    const role = roleOf(name, rows, session.config.current);
    results.push(
      await totalsOf(identity, role, [...tallies.values()], ownRows.length, {
        notCompared: fieldsNotCompared(session.agent, version, [...tallies.keys()]),
        agent: session.agent,
      }),
    );
  }
  return results;
}

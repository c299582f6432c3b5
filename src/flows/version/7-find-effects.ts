import { DocketError } from '../../contracts/docket-error.ts';
import type { ChangeEffect } from '../../contracts/version-try.ts';
import { confidenceSequence } from '../../stats/confidence-sequence.ts';
import type { Counts } from '../../stats/counts.ts';
import { weightedInterval } from '../../stats/weighted-interval.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { FoundDraft } from './3-find-draft.ts';
import { countsOfFirst, runVersion, type TryBench, type VersionTrials } from './4-run-version.ts';
import { builtWithout } from './built-without.ts';
import type { OpenedVersion, Versions } from './open-versions.ts';

/** Most trials of each case without a change. */
export const mostEffectTrials = 10;

export interface EffectsPlan {
  readonly draft: FoundDraft;
  readonly reference: string;
  readonly versions: Versions;
  readonly after: OpenedVersion;
  readonly trials: VersionTrials;
  readonly trialsPerCase: number;
  /** Trials that the budget leaves; undefined where nothing bounds them. */
  readonly left: number | undefined;
  readonly onChange?: (id: string) => void;
}

/** Builds and runs the draft without each of its changes in turn, and compares: what each change does beside all others. */
export async function findEffects(bench: TryBench, plan: EffectsPlan): Promise<ChangeEffect[]> {
  const { draft, after, versions, reference, onChange } = plan;
  const trials = Math.min(plan.trialsPerCase, mostEffectTrials);
  const withIt = countsOfFirst(plan.trials, trials);
  const confidence = 1 - 0.05 / draft.changes.length;
  const effects: ChangeEffect[] = [];
  let { left } = plan;
  for (const { id, what } of draft.changes) {
    const about = { id, what, with: withIt, without: none, difference: { value: 0, low: -1, high: 1 } };
    const price = bench.cases.length * trials;
    if (left !== undefined && left < price) {
      effects.push({ ...about, result: 'not-run', why: `the budget leaves ${left} trials, and it takes ${price}` });
      continue;
    }
    const built = await builtWithout(draft, id);
    if ('why' in built) {
      effects.push({ ...about, result: 'not-built', why: built.why });
      continue;
    }
    onChange?.(id);
    try {
      const opened = await versions.open({
        commit: built.commit,
        reference,
        title: `${draft.record.version} without ${id}`,
        passing: true,
      });
      if (opened.prepared.identity.fingerprint === after.prepared.identity.fingerprint) {
        effects.push({ ...about, result: 'not-run', why: 'without it the agent is the same: nothing that runs has changed' });
        continue;
      }
      left = left === undefined ? undefined : left - price;
      const without = await runVersion(bench, opened, trials);
      if (without.failure !== undefined) effects.push({ ...about, result: 'not-run', why: inShort(without.failure) });
      else effects.push({ ...about, ...compared(withIt, countsOfFirst(without, trials), confidence) });
    } catch (error) {
      if (!(error instanceof DocketError)) throw error;
      effects.push({ ...about, result: 'not-built', why: inShort(error.message) });
    }
  }
  return effects;
}

/** How it begins, and how it ends: what a program logs says last what was the matter. */
function inShort(text: string): string {
  const line = plainLine(text);
  return line.length <= 300 ? line : `${line.slice(0, 120)} … ${line.slice(-160)}`;
}

const none: Counts = { passes: 0, runs: 0 };

function compared(withIt: Counts, without: Counts, confidence: number): Pick<ChangeEffect, 'result' | 'without' | 'difference'> {
  const { value, low, high } = weightedInterval([
    { weight: 1, estimate: confidenceSequence(withIt, confidence) },
    { weight: -1, estimate: confidenceSequence(without, confidence) },
  ]);
  const difference = { value, low: Math.max(-1, low), high: Math.min(1, high) };
  return { without, difference, result: low > 0 ? 'gain' : high < 0 ? 'loss' : 'not-decidable' };
}

import { canonicalJson } from '../../contracts/canonical-json.ts';
import type { JsonValue } from '../../contracts/json.ts';
import type { Trial, TrialKey } from '../../contracts/trial.ts';
import type { TrialStore } from '../../trials/trial-store.ts';

/** What was copied, and what was there already. */
export interface CopiedStore {
  readonly trials: number;
  /** Trials that are there already, word by word. */
  readonly known: number;
  /** Trials that are there with another content: the one that is there stays. The first of them by name. */
  readonly conflicts: number;
  readonly conflicting: readonly TrialKey[];
  readonly failures: number;
  readonly scores: number;
}

export interface CopyOptions {
  readonly signal: AbortSignal;
  /** Called with the number of trials that were looked at so far. */
  onStep?(trials: number): void;
}

/** Most conflicts that are named. */
const mostNamed = 100;

/**
 * Copies all trials, the failures of those that are missing, and what scorers said from one store to another. What is there stays, so doing it again
 * changes nothing, and what was broken off goes on.
 * @throws {DocketError} as the stores do; the signal's reason at an abort
 */
export async function copyStore(from: TrialStore, to: TrialStore, { signal, onStep }: CopyOptions): Promise<CopiedStore> {
  const counts = { trials: 0, known: 0, conflicts: 0, failures: 0, scores: 0 };
  const conflicting: TrialKey[] = [];
  for (const selection of await from.selections()) {
    for (const portion of await from.portions(selection, { first: 1, last: Number.MAX_SAFE_INTEGER })) {
      signal.throwIfAborted();
      const [brought, there] = await Promise.all([from.list(selection, portion), to.list(selection, portion)]);
      const known = new Map(there.map((trial) => [trial.key.number, trial]));
      const ends = await Promise.all(brought.map((trial) => copyTrial(to, trial, known.get(trial.key.number))));
      for (const [index, end] of ends.entries()) {
        counts[end] += 1;
        const trial = brought[index];
        if (end === 'conflicts' && trial && conflicting.length < mostNamed) conflicting.push(trial.key);
      }
      onStep?.(counts.trials + counts.known + counts.conflicts);
    }
  }
  const missing = new Set((await to.failures()).map(({ key }) => JSON.stringify(key)));
  for (const failed of await from.failures()) {
    signal.throwIfAborted();
    if (missing.has(JSON.stringify(failed.key)) || (await to.find(failed.key))) continue;
    await to.saveFailure(failed);
    counts.failures += 1;
  }
  for (let page = await from.scores(); ; page = await from.scores(page.last)) {
    signal.throwIfAborted();
    for (const { key, scorer, score } of page.scores) {
      if ((await to.findScore(key)) !== undefined) continue;
      await to.saveScore(key, scorer, score);
      counts.scores += 1;
    }
    if (page.last === undefined) break;
  }
  return { ...counts, conflicting };
}

async function copyTrial(to: TrialStore, trial: Trial, there: Trial | undefined): Promise<'trials' | 'known' | 'conflicts'> {
  if (!there && (await to.save(trial)) === 'saved') return 'trials';
  const stored = there ?? (await to.find(trial.key));
  return stored && textOf(stored) === textOf(trial) ? 'known' : 'conflicts';
}

function textOf(trial: Trial): string {
  return canonicalJson(trial as unknown as JsonValue);
}

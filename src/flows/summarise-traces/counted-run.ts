import { type RunFacts, runFacts } from '../../traces/run-facts.ts';
import type { StoredRun, TraceSummary } from '../../traces/store/trace-store.ts';

/** A run as it is listed, with what it is counted by. */
export interface CountedRun {
  readonly summary: TraceSummary;
  readonly facts: RunFacts;
}

const atATime = 500;

/** Runs with what they are counted by, some hundred at a time. */
export async function* countedRuns(runs: AsyncIterable<StoredRun>): AsyncGenerator<CountedRun[]> {
  let some: CountedRun[] = [];
  for await (const { summary, spans } of runs) {
    some.push({ summary, facts: runFacts(spans) });
    if (some.length < atATime) continue;
    yield some;
    some = [];
  }
  yield some;
}

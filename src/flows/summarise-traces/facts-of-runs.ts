import type { TraceFilter, TraceStore } from '../../traces/store/trace-store.ts';
import { givenWay } from '../given-way.ts';
import { type CountedRun, countedRuns } from './counted-run.ts';
import { SecondReader } from './second-reader.ts';

/** Fewer are read before a second thread has begun; more would fill the memory while they wait for their turn. */
const worthASecond = { from: 5_000, to: 400_000 } as const;

/**
 * The runs of a filter, newest first, some at a time. The older half of many is read by a second thread meanwhile; what it cannot read is read here.
 * @throws the signal's reason at an abort
 */
export async function* factsOfRuns(store: TraceStore, filter: TraceFilter, signal: AbortSignal): AsyncGenerator<readonly CountedRun[]> {
  const { file } = store;
  if (filter.limit !== undefined) {
    yield* readHere(store, filter, signal);
    return;
  }
  const { traces, middle } = await store.middle(filter);
  if (traces < worthASecond.from || traces > worthASecond.to || middle === undefined || file === undefined) {
    yield* readHere(store, filter, signal);
    return;
  }
  const older = { ...filter, before: middle };
  const second = new SecondReader(file, older);
  try {
    for await (const runs of readHere(store, filter, signal)) {
      const last = runs.findIndex(({ summary }) => summary.traceId === middle);
      yield last === -1 ? runs : runs.slice(0, last + 1);
      if (last !== -1) break;
    }
    const read = await second.runs(signal);
    if (read) yield* read;
    else yield* readHere(store, older, signal);
  } finally {
    await second.close();
  }
}

async function* readHere(store: TraceStore, filter: TraceFilter, signal: AbortSignal): AsyncGenerator<readonly CountedRun[]> {
  for await (const runs of countedRuns(store.runs(filter))) {
    await givenWay(signal);
    yield runs;
  }
}

import type { TraceFilter, TraceStore, TraceSummary } from './trace-store.ts';

const readAtATime = 200;

/** The traces of a filter, newest first, read page by page as they are asked for; all of them when it has no limit. */
export function* everyTrace(store: Pick<TraceStore, 'list'>, filter: TraceFilter): Generator<TraceSummary> {
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  let { before } = filter;
  while (left > 0) {
    const page = store.list({ ...filter, limit: Math.min(left, readAtATime), ...(before === undefined ? {} : { before }) });
    yield* page;
    before = page.at(-1)?.traceId;
    left = page.length < readAtATime ? 0 : left - page.length;
  }
}

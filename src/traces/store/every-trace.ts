import type { TraceFilter, TraceStore, TraceSummary } from './trace-store.ts';

const readAtATime = 500;

/** The traces of a filter, newest first, read page by page as they are asked for; all of them when it has no limit. */
export function* everyTrace(store: Pick<TraceStore, 'list'>, filter: TraceFilter): Generator<TraceSummary> {
  for (const page of everyPage((each) => store.list(each).map((summary) => ({ summary })), filter))
    for (const { summary } of page) yield summary;
}

/** As `everyTrace`, a page at a time. */
export function* everyPage<Listed extends { readonly summary: TraceSummary }>(
  list: (filter: TraceFilter) => readonly Listed[],
  filter: TraceFilter,
): Generator<readonly Listed[]> {
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  let { before } = filter;
  while (left > 0) {
    const page = list({ ...filter, limit: Math.min(left, readAtATime), ...(before === undefined ? {} : { before }) });
    yield page;
    before = page.at(-1)?.summary.traceId;
    left = page.length < readAtATime ? 0 : left - page.length;
  }
}

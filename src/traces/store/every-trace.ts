import type { TraceFilter, TraceStore, TraceSummary } from './trace-store.ts';

const readAtATime = 500;

/** The traces of a filter, newest first, read page by page as they are asked for; all of them when it has no limit. */
export async function* everyTrace(store: Pick<TraceStore, 'list'>, filter: TraceFilter): AsyncGenerator<TraceSummary> {
  const list = async (each: TraceFilter) => (await store.list(each)).map((summary) => ({ summary }));
  for await (const page of everyPage(list, filter)) for (const { summary } of page) yield summary;
}

/** As `everyTrace`, a page at a time. */
export async function* everyPage<Listed extends { readonly summary: TraceSummary }>(
  list: (filter: TraceFilter) => Promise<readonly Listed[]>,
  filter: TraceFilter,
): AsyncGenerator<readonly Listed[]> {
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  let { before } = filter;
  while (left > 0) {
    const page = await list({ ...filter, limit: Math.min(left, readAtATime), ...(before === undefined ? {} : { before }) });
    yield page;
    before = page.at(-1)?.summary.traceId;
    left = page.length < readAtATime ? 0 : left - page.length;
  }
}

import type { TraceFilter, TraceStore } from '../../traces/store/trace-store.ts';
import { givenWay } from '../given-way.ts';

/** The traces of a window: how many there are, what scorers said of all of them, and which are read whole. */
export interface DrawnTraces {
  readonly traces: number;
  /** All of them, or as many as may be read, drawn so that each has the same chance. Newest first. */
  readonly ids: readonly string[];
  /** Traces by the code of a stored finding, of all, with the newest that has it. */
  readonly findings: ReadonlyMap<string, { readonly traces: number; readonly example: string }>;
}

/** Rows that are in memory at a time: a page of thousands is megabytes. */
const page = 500;

/** A trace that may be drawn. */
interface Listed {
  readonly id: string;
  readonly hash: number;
  /** Its place in the listing. */
  readonly at: number;
}

/**
 * Lists a window, which reads no span, and draws what is read whole: the ids with the smallest hashes, so that a second plan reads the same. No more ids are kept than twice
 * those that are drawn.
 * @throws the signal's reason at an abort
 */
export async function drawTraces(store: TraceStore, filter: TraceFilter, most: number, signal: AbortSignal): Promise<DrawnTraces> {
  const findings = new Map<string, { traces: number; example: string }>();
  let kept: Listed[] = [];
  let traces = 0;
  for (let before: string | undefined; ; ) {
    const some = await store.list({ ...filter, limit: page, ...(before === undefined ? {} : { before }) });
    for (const { traceId, findings: codes } of some) {
      kept.push({ id: traceId, hash: hashOf(traceId), at: traces });
      traces += 1;
      for (const code of codes) {
        const known = findings.get(code);
        if (known) known.traces += 1;
        else findings.set(code, { traces: 1, example: traceId });
      }
    }
    if (kept.length > 2 * most + page) kept = smallest(kept, most);
    before = some.at(-1)?.traceId;
    if (some.length < page) break;
    await givenWay(signal);
  }
  const drawn = smallest(kept, most).sort((one, other) => one.at - other.at);
  return { traces, ids: drawn.map(({ id }) => id), findings };
}

function smallest(listed: readonly Listed[], most: number): Listed[] {
  return listed.toSorted((one, other) => one.hash - other.hash || one.at - other.at).slice(0, most);
}

/** FNV-1a over the id with a last mixing, 0..2^32: ids of other systems may be counted up. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x7feb352d);
  hash ^= hash >>> 15;
  return hash >>> 0;
}

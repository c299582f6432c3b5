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

const page = 5_000;

/**
 * Lists a window, which reads no span, and draws what is read whole: the ids with the smallest hashes, so that a second plan reads the same.
 * @throws the signal's reason at an abort
 */
export async function drawTraces(store: TraceStore, filter: TraceFilter, most: number, signal: AbortSignal): Promise<DrawnTraces> {
  const ids: string[] = [];
  const findings = new Map<string, { traces: number; example: string }>();
  for (let before: string | undefined; ; ) {
    const some = store.list({ ...filter, limit: page, ...(before === undefined ? {} : { before }) });
    for (const { traceId, findings: codes } of some) {
      ids.push(traceId);
      for (const code of codes) {
        const known = findings.get(code);
        if (known) known.traces += 1;
        else findings.set(code, { traces: 1, example: traceId });
      }
    }
    before = some.at(-1)?.traceId;
    if (some.length < page) break;
    await givenWay(signal);
  }
  if (ids.length <= most) return { traces: ids.length, ids, findings };
  const border = Float64Array.from(ids, hashOf).sort()[most - 1] ?? 0;
  return { traces: ids.length, ids: ids.filter((id) => hashOf(id) <= border).slice(0, most), findings };
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

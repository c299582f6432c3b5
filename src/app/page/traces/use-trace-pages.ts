import { useEffect, useRef, useState } from 'preact/hooks';
import type { TraceList, TraceRow } from '../../api/list-traces.ts';
import { ask, Refusal } from '../ask.ts';

/** Pages of a list of traces as far as they were read. */
export interface TracePages {
  readonly traces: readonly TraceRow[];
  readonly looked: number;
  readonly damage: readonly string[];
  readonly isReading: boolean;
  readonly refusal?: Refusal;
  /** Reads on; absent at the end. */
  readonly more?: () => void;
}

type Read = Omit<TracePages, 'more'> & { readonly next?: string };
const nothing: Read = { traces: [], looked: 0, damage: [], isReading: true };

/** The traces that the conditions choose, read page by page; anew when the conditions change. */
export function useTracePages(conditions: string): TracePages {
  const [read, setRead] = useState<Read>(nothing);
  const current = useRef(new AbortController());
  const readPage = async (before: Read, signal: AbortSignal) => {
    setRead({ ...before, isReading: true });
    try {
      const parameters = new URLSearchParams(conditions);
      if (before.next !== undefined) parameters.set('before', before.next);
      const page = await ask<TraceList>(`/traces?${parameters}`, signal);
      if (signal.aborted) return;
      const traces = [...before.traces, ...page.traces];
      const damage = [...new Set([...before.damage, ...page.damage])];
      setRead({
        traces,
        looked: before.looked + page.looked,
        damage,
        isReading: false,
        ...(page.next === undefined ? {} : { next: page.next }),
      });
    } catch (error) {
      if (signal.aborted) return;
      setRead({ ...before, isReading: false, refusal: error instanceof Refusal ? error : new Refusal(0, String(error)) });
    }
  };
  useEffect(() => {
    const gone = new AbortController();
    current.current = gone;
    // What is typed comes letter by letter.
    const timer = setTimeout(() => void readPage(nothing, gone.signal), conditions === '' ? 0 : 30);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [conditions]);
  const { next, ...shown } = read;
  if (next === undefined || read.isReading) return shown;
  return { ...shown, more: () => void readPage(read, current.current.signal) };
}

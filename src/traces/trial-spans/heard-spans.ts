import { randomBytes } from 'node:crypto';
import { context, createContextKey } from '@opentelemetry/api';
import type { RawSpan } from '../../contracts/trace.ts';
import type { HeardTrial, ToldRun } from '../../contracts/trial-spans.ts';
import { assembleTrace } from '../assemble-trace.ts';
import type { RawLog } from '../otlp/raw-log.ts';
import { withEvents } from '../store/join-logs.ts';
import { eventsText } from '../store/span-row.ts';
import type { SavedLogs } from '../store/trace-store.ts';
import { noUsage, stepsOf } from '../transcript-of.ts';

/** Under which work in this process finds its trial. */
export const heardTrial = createContextKey('docket: the trial whose spans are heard');

/** Most spans of one trial, and most log records; more would only fill the memory. */
const mostSpans = 10_000;

/** After so much silence no more spans are under way: twice the pause between two exports that programs are asked for. */
const quietMs = 250;

/** The spans of one trial, as they come. */
export class HeardSpans implements HeardTrial {
  readonly traceId = randomBytes(16).toString('hex');
  /** The span that this one's parent would be: nobody makes it. */
  readonly #spanId = randomBytes(8).toString('hex');
  readonly #spans = new Map<string, RawSpan>();
  readonly #address: (trial: HeardSpans) => Promise<string>;
  readonly #forget: (trial: HeardSpans) => void;
  /** True where spans came from this process: they end with the work, but the one around all of them may be another's. */
  #inProcess = false;
  /** What was said in log records, by the span that it belongs to; each once. */
  readonly #logs = new Map<string, Map<string, RawLog['event']>>();
  #logCount = 0;
  #tooMany = false;
  #onSpans: (() => void) | undefined;

  constructor(address: (trial: HeardSpans) => Promise<string>, forget: (trial: HeardSpans) => void) {
    this.#address = address;
    this.#forget = forget;
  }

  get traceparent(): string {
    return `00-${this.traceId}-${this.#spanId}-01`;
  }

  endpoint(): Promise<string> {
    return this.#address(this);
  }

  within<Result>(work: () => Result): Result {
    this.#inProcess = true;
    return context.with(context.active().setValue(heardTrial, this), work);
  }

  add(spans: readonly RawSpan[]): void {
    for (const span of spans) {
      if (this.#spans.size < mostSpans) this.#spans.set(span.spanId, span);
      else this.#tooMany = true;
    }
    this.#onSpans?.();
  }

  /** Messages that came as log records: they are kept until the trial ends, whichever comes first, they or their spans. */
  addLogs(logs: readonly RawLog[]): SavedLogs {
    const saved = { joined: 0, known: 0, waiting: 0, dropped: 0 };
    for (const { spanId, event } of logs) {
      const ofSpan = this.#logs.get(spanId) ?? new Map<string, RawLog['event']>();
      const text = eventsText([event]);
      if (ofSpan.has(text)) saved.known += 1;
      else if (this.#logCount === mostSpans) saved.dropped += 1;
      else {
        this.#logCount += 1;
        saved[this.#spans.has(spanId) ? 'joined' : 'waiting'] += 1;
        this.#logs.set(spanId, ofSpan.set(text, event));
      }
    }
    this.#onSpans?.();
    return saved;
  }

  async whole(patienceMs: number, signal: AbortSignal): Promise<boolean> {
    const until = performance.now() + patienceMs;
    for (let left = patienceMs; left > 0; left = until - performance.now()) {
      signal.throwIfAborted();
      const whole = this.#isWhole();
      const came = await this.#next(whole ? Math.min(quietMs, left) : left, signal);
      if (whole && !came) return true;
    }
    return false;
  }

  told(): ToldRun | undefined {
    if (!(this.#inProcess ? this.#spans.size > 0 : this.#isWhole())) return undefined;
    const spans = [...this.#spans.values()].map((span) => withEvents(span, [...(this.#logs.get(span.spanId)?.values() ?? [])]).span);
    const trace = assembleTrace(spans, { source: 'otlp', now: Date.now() });
    const { userMessage } = trace;
    return { transcript: { ...(userMessage === null ? {} : { userMessage }), steps: stepsOf(trace) }, usage: trace.usage ?? noUsage };
  }

  /** True when spans came and do not belong to a whole. */
  get isCut(): boolean {
    return this.#spans.size > 0 && !this.#inProcess && !this.#isWhole();
  }

  end(): void {
    this.#forget(this);
  }

  /** A span ends before the one around it does: as long as a parent is missing there is more to come. */
  #isWhole(): boolean {
    if (this.#spans.size === 0 || this.#tooMany) return false;
    const known = (parent: string | null) => parent === null || parent === this.#spanId || this.#spans.has(parent);
    return this.#spans.values().every(({ parentSpanId }) => known(parentSpanId));
  }

  /** Waits for more spans. @returns false when none came in that time */
  #next(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (came: boolean) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', aborted);
        this.#onSpans = undefined;
        resolve(came);
      };
      const aborted = () => end(true);
      const timer = setTimeout(() => end(false), milliseconds);
      signal.addEventListener('abort', aborted, { once: true });
      this.#onSpans = () => end(true);
    });
  }
}

import { randomBytes } from 'node:crypto';
import { DocketError } from '../../contracts/docket-error.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import type { SpanListener } from '../../contracts/trial-spans.ts';
import type { Warn } from '../../contracts/warn.ts';
import { counted } from '../../text/figures.ts';
import type { RawLog } from '../otlp/raw-log.ts';
import type { Receiver, SpanSink } from '../receiver/receive-traces.ts';
import type { SavedLogs } from '../store/trace-store.ts';
import { HeardSpans } from './heard-spans.ts';

/** Hears the spans of trials: those of other processes by a receiver on this machine, which is started when somebody asks for its address. */
export class TrialSpans implements SpanListener {
  readonly #warn: Warn;
  readonly #trials = new Map<string, HeardSpans>();
  readonly #receivers = new Map<number, Promise<Receiver>>();
  /** Stands in the address: no other program of this machine can make up spans of a trial. */
  readonly #secret = `/${randomBytes(16).toString('hex')}`;
  /** Trials that ended, with whether spans of theirs came too late. */
  readonly #ended = new Map<string, boolean>();

  constructor(warn: Warn) {
    this.#warn = warn;
  }

  hear(): HeardSpans {
    const trial = new HeardSpans(
      async ({ traceId }) => `${await this.endpoint()}/${traceId}`,
      (ended) => this.#end(ended),
    );
    this.#trials.set(trial.traceId, trial);
    return trial;
  }

  async endpoint(port = 0): Promise<string> {
    const receiver = this.#receivers.get(port) ?? this.#receive(port);
    this.#receivers.set(port, receiver);
    const { url } = await receiver;
    return port === 0 ? `${url}${this.#secret}` : url;
  }

  async close(): Promise<void> {
    const receivers = [...this.#receivers.values()];
    this.#receivers.clear();
    await Promise.allSettled(receivers.map(async (receiver) => (await receiver).close()));
    const late = [...this.#ended.values()].filter((isLate) => isLate).length;
    this.#ended.clear();
    if (late > 0)
      this.#warn(
        `${counted(late, 'trial')} had no transcript, or an incomplete one: spans came after the agent's answer. Flush them before it (force_flush), or set traces: 'waited-for'.`,
      );
  }

  #end(trial: HeardSpans): void {
    this.#trials.delete(trial.traceId);
    this.#ended.set(trial.traceId, trial.isCut);
  }

  #take(traceId: string, spans: readonly RawSpan[]): void {
    this.#trials.get(traceId)?.add(spans);
    if (this.#ended.has(traceId)) this.#ended.set(traceId, true);
  }

  #takeLogs(traceId: string, logs: readonly RawLog[]): SavedLogs {
    if (this.#ended.has(traceId)) this.#ended.set(traceId, true);
    return this.#trials.get(traceId)?.addLogs(logs) ?? { joined: 0, known: 0, waiting: 0, dropped: logs.length };
  }

  async #receive(port: number): Promise<Receiver> {
    const { receiveSpans } = await import('../receiver/receive-traces.ts');
    try {
      return await receiveSpans(this.#sink(port), { host: '127.0.0.1', port, inBackground: true });
    } catch (cause) {
      if (port === 0) throw cause;
      throw new DocketError(
        `The port ${port} of 127.0.0.1, where the spans of the agent's server are received (tracesPort), cannot be listened on. Another run may be using it: one agent's trials at a time can be heard there.`,
        { cause },
      );
    }
  }

  #sink(port: number): SpanSink {
    const base = port === 0 ? this.#secret : '';
    return {
      // What comes for a trial that has ended is let in too: its program would call a refusal an error.
      knows: (channel) => channel === base || (channel.startsWith(`${base}/`) && /^[0-9a-f]{32}$/.test(channel.slice(base.length + 1))),
      save: async (spans, channel) => {
        if (channel !== base) this.#take(channel.slice(base.length + 1), spans);
        else for (const [traceId, same] of Map.groupBy(spans, (span) => span.traceId)) this.#take(traceId, same);
        return { added: spans.length, known: 0 };
      },
      saveLogs: (logs, channel) => {
        if (channel !== base) return this.#takeLogs(channel.slice(base.length + 1), logs);
        const saved = { joined: 0, known: 0, waiting: 0, dropped: 0 };
        for (const [traceId, same] of Map.groupBy(logs, (log) => log.traceId)) {
          const some = this.#takeLogs(traceId, same);
          for (const what of Object.keys(saved) as (keyof SavedLogs)[]) saved[what] += some[what];
        }
        return saved;
      },
    };
  }
}

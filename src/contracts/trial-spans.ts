import type { Transcript, Usage } from './transcript.ts';

/** What the spans of a trial say of it. */
export interface ToldRun {
  readonly transcript: Partial<Pick<Transcript, 'userMessage'>> & Pick<Transcript, 'steps'>;
  readonly usage: Usage;
}

/** Hears what agents that answer by themselves say of their work in OpenTelemetry spans. A flow gives one to the runs of a session. */
export interface SpanListener {
  /** Begins to hear one trial. */
  hear(): HeardTrial;
  /**
   * Where another process sends spans by OTLP over HTTP; whose trial a span belongs to is said by its trace id. Begins to listen when it is asked first.
   * @param port the port of 127.0.0.1 for a program that is told its address elsewhere; a free one, at an address that nobody can guess, when not given
   * @throws {DocketError} when the port is taken
   */
  endpoint(port?: number): Promise<string>;
  close(): Promise<void>;
}

/** One trial whose spans are heard. */
export interface HeardTrial {
  /** The trial as W3C trace context: who takes it up makes spans that belong to the trial. */
  readonly traceparent: string;
  /** Where a process that does nothing but this trial sends spans, whatever trace they are in. @throws {DocketError} as `SpanListener.endpoint` */
  endpoint(): Promise<string>;
  /** Does work in this process; the spans that it makes belong to the trial. */
  within<Result>(work: () => Result): Result;
  /**
   * Waits until spans have come, none misses its parent, and for a moment no more came.
   * @returns false when that did not happen in time
   */
  whole(patienceMs: number, signal: AbortSignal): Promise<boolean>;
  /** What came; undefined when nothing did, or when spans miss their parents: half a trace would be taken for all that happened. */
  told(): ToldRun | undefined;
  /** Spans that come from now on are nobody's. */
  end(): void;
}

import type { JsonValue } from '../../contracts/json.ts';
import type { Score } from '../../contracts/score.ts';
import type { RawSpan, Trace, TraceSource } from '../../contracts/trace.ts';
import type { RawLog } from '../otlp/raw-log.ts';
import type { IndexStep } from './text-index.ts';

/** Which traces; every condition given must hold. */
export interface TraceFilter {
  /** Exact name of the agent. */
  readonly agent?: string;
  /** Exact id of the session, thread or conversation. */
  readonly session?: string;
  /** Earliest start, milliseconds since 1970, inclusive. */
  readonly since?: number;
  /** Latest start, milliseconds since 1970, exclusive. */
  readonly until?: number;
  /** Words that all stand in one span of the trace: name, attributes, events; case does not count. */
  readonly text?: string;
  /** Code of a finding that a stored score has. */
  readonly finding?: string;
  /** Most traces given. */
  readonly limit?: number;
  /** Trace id; only what is listed after that trace (older) is given: the next page. */
  readonly before?: string;
}

/** A trace as a list shows it. Kept up to date with every save; reads no span. */
export interface TraceSummary {
  readonly traceId: string;
  readonly source: TraceSource;
  readonly agent: string | null;
  /** The session, thread or conversation that it belongs to, where its spans name one. */
  readonly session: string | null;
  /** Name of the span without a parent. */
  readonly root: string | null;
  /** Milliseconds since 1970. */
  readonly startedAt: number | null;
  readonly durationMs: number | null;
  readonly spans: number;
  /** Spans with the status `error`. */
  readonly errors: number;
  /** Codes of findings, sorted. */
  readonly findings: readonly string[];
}

/** A trace as a list shows it, with its spans in the order in which they came. */
export interface StoredRun {
  readonly summary: TraceSummary;
  readonly spans: readonly RawSpan[];
}

/** All that is stored of a trace. */
export interface HeldTrace {
  readonly spans: readonly RawSpan[];
  /** What its scorers said of the trace as it is, and who they were; undefined where none has, or not all of it is whole. */
  readonly scored: { readonly scorersHash: string; readonly scores: readonly Score[] } | undefined;
  /** What of it was sent, by destination. */
  readonly sent: ReadonlyMap<string, string>;
}

/** What a read-only query may use. */
export interface QueryLimits {
  /** Most rows given; the rest is cut off and said to be. */
  readonly rows: number;
  readonly milliseconds: number;
  /** Most memory of the process that it runs in; 1 GiB when not said. */
  readonly memoryBytes?: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly JsonValue[])[];
  /** True when there were more rows than the limit. */
  readonly cut: boolean;
}

/** What to keep. Without either nothing is removed. */
export interface Retention {
  /** Traces that started before are removed, milliseconds since 1970. */
  readonly before?: number;
  /** The oldest traces are removed until the store has at most that many bytes of content. */
  readonly bytes?: number;
}

/** How much was removed. */
export interface Removed {
  readonly traces: number;
  readonly spans: number;
}

/** What became of log records. */
export interface SavedLogs {
  /** Found their span. */
  readonly joined: number;
  /** Were there already. */
  readonly known: number;
  /** Wait for their span. */
  readonly waiting: number;
  /** Are not kept: of a span that has thousands, or others whose span never came and that made room for these. */
  readonly dropped: number;
}

/** Spans as they came, and what was found out about their traces. One file; several processes may use it at a time. */
export interface TraceStore {
  /** Where it lies; undefined when it is in memory only. */
  readonly file: string | undefined;
  /**
   * Stores spans in one transaction; on the disk when it returns. A span that is already there (same trace and span id) stays as it is and
   * counts as known, unless only the new one has ended.
   */
  saveSpans(spans: readonly RawSpan[], origin: { readonly source: TraceSource }): Promise<{ added: number; known: number }>;
  /**
   * Adds log records to their spans as events, in one transaction. Those whose span has not come wait for it, the newest some ten thousand of them.
   */
  saveLogs(logs: readonly RawLog[]): Promise<SavedLogs>;
  /** How many log records wait for a span that has not come. */
  waitingLogs(): Promise<number>;
  /** The spans as stored, in the order in which they came. */
  spans(traceId: string): Promise<RawSpan[]>;
  /** All that is stored of these traces, by trace id; nothing of those that are not there. */
  held(traceIds: readonly string[]): Promise<ReadonlyMap<string, HeldTrace>>;
  /** Ids that begin with these hexadecimal digits, in order; ten at most. */
  idsThatBegin(digits: string): Promise<string[]>;
  /** The assembled trace; undefined when no span of it is stored. */
  trace(traceId: string): Promise<Trace | undefined>;
  /** Newest first; at most 100 when no limit is given. */
  list(filter: TraceFilter): Promise<TraceSummary[]>;
  /** Traces with their spans as stored, newest first, read page by page as they are asked for; all of them when no limit is given. */
  runs(filter: TraceFilter): AsyncIterable<StoredRun>;
  /** How many traces there are, and which stands in the middle of their list; of a filter without words. */
  middle(filter: TraceFilter): Promise<{ readonly traces: number; readonly middle: string | undefined }>;
  /** How many traces there are of each agent (null: none is named), the most first; of a filter without words. */
  agents(filter: TraceFilter): Promise<{ readonly agent: string | null; readonly traces: number }[]>;
  /** How many traces have each finding, the most first. */
  findings(): Promise<{ readonly code: string; readonly traces: number }[]>;
  /**
   * Brings the index of words up to date with what was saved, some thousand spans a step; nothing when it is. A list by words does it by
   * itself: this is for who wants to show how far it is, or to stop in between.
   */
  indexText(): AsyncIterable<IndexStep>;
  /** Assembled traces, newest first, read as they are asked for; all of them when no limit is given. */
  traces(filter: TraceFilter): AsyncIterable<Trace>;
  /**
   * Stores the scores of traces, by trace id, in the place of all that they had; all of them or none.
   * @param scorersHash of what scored them
   * @throws {DocketError} when there is no such trace
   */
  saveAllScores(scores: ReadonlyMap<string, readonly Score[]>, scorersHash: string): Promise<void>;
  /** Sorted by name, whoever scored. */
  scores(traceId: string): Promise<Score[]>;
  /** The scores of a trace by these scorers; undefined when they have scored no state of the trace, an earlier one, or not all of it is whole. */
  scoresBy(traceId: string, scorersHash: string): Promise<Score[] | undefined>;
  /** What of a trace was sent to a destination, in the sender's own words; undefined when nothing was. */
  sent(traceId: string, destination: string): Promise<string | undefined>;
  /** Notes what of traces was sent to a destination, by trace id, all of them or none. */
  saveSent(destination: string, sent: ReadonlyMap<string, string>): Promise<void>;
  /** Where an importer stopped; in its own words. */
  cursor(importer: string): Promise<string | undefined>;
  saveCursor(importer: string, cursor: string): Promise<void>;
  /**
   * Runs one SELECT of a person over the views `traces`, `spans`, `scores` and `findings`. It cannot write, attach or load anything.
   * @throws {DocketError} when it is refused, wrong, takes longer than the limit or is cancelled
   */
  query(sql: string, limits: QueryLimits): Promise<QueryResult>;
  /**
   * Removes old traces and gives the space back to the disk.
   * @param onProgress told what is removed so far
   */
  prune(retention: Retention, onProgress?: (removed: Removed) => void): Promise<Removed>;
  close(): Promise<void>;
}

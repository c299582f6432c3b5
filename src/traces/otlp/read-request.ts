import type { RawSpan } from '../../contracts/trace.ts';
import { type UnreadGroup, UnreadTally } from '../unread-tally.ts';
import { attributesOf, idOf, integerOf, isAbsent, listOf, listOrNote, nanosecondsOf, OtlpFormatError, textOf } from './leaf-values.ts';
import type { RawLog } from './raw-log.ts';
import { readLogs } from './read-logs.ts';

/** What a request held. */
export interface ReadRequest {
  readonly spans: readonly RawSpan[];
  /** Messages of agents that were sent as log records. */
  readonly logs: readonly RawLog[];
  /** Log records that are not kept: other ones, and those that name no span. */
  readonly lostLogs: number;
  /** Spans that cannot be kept, and parts of the request in which spans would stand and that are none. */
  readonly rejected: number;
  /** Why, most frequent first, with examples of where. */
  readonly unread: readonly UnreadGroup[];
  /** True when it holds something, and nothing of it is spans or log records: metrics, or no OTLP at all. A receiver has to ignore what it does not know. */
  readonly isForeign: boolean;
}

/**
 * Reads an ExportTraceServiceRequest (or TracesData), parsed from JSON or decoded from protobuf: both have the same members, and leaves are
 * read in either form. Unknown members are ignored. One that is broken costs itself only: what stands beside it is read.
 * @throws {OtlpFormatError} when it is something else, or nothing that holds spans in it can be read
 */
export function readRequest(message: unknown): ReadRequest {
  if (!isMessage(message)) throw new OtlpFormatError('The request is not an object.');
  // Tempo calls them so.
  const batches = Object.hasOwn(message, 'resourceSpans') ? [] : listOf(message, 'batches');
  const all = batches.length > 0 ? batches : listOf(message, 'resourceSpans');
  const reader = new RequestReader();
  for (const [index, resourceSpans] of all.entries()) reader.readResourceSpans(resourceSpans, `resourceSpans ${index + 1}`);
  if (reader.spans.length === 0 && reader.brokenHolder !== undefined) throw new OtlpFormatError(reader.brokenHolder);
  const { spans, rejected, tally } = reader;
  const before = countIn(tally);
  const logs = readLogs(message, tally);
  const isForeign =
    all.length === 0 && !['resourceSpans', 'resourceLogs'].some((name) => Object.hasOwn(message, name)) && Object.keys(message).length > 0;
  return { spans, logs, lostLogs: countIn(tally) - before, rejected, unread: tally.groups(), isForeign };
}

function countIn(tally: UnreadTally): number {
  return tally.groups().reduce((sum, { count }) => sum + count, 0);
}

/** Collects the spans of one request, and what of it cannot be read. */
class RequestReader {
  readonly spans: RawSpan[] = [];
  readonly tally = new UnreadTally();
  rejected = 0;
  /** Why something that should hold spans holds none: what was in it nobody knows. */
  brokenHolder: string | undefined;

  readResourceSpans(resourceSpans: unknown, place: string): void {
    if (!isMessage(resourceSpans)) {
      this.#loseHolder('An entry of "resourceSpans" is not an object.', place);
      return;
    }
    const notes = new Set<string>();
    const note = (what: string) => void notes.add(what);
    const resource = attributesOf(listOrNote(memberOf(resourceSpans, 'resource'), 'attributes', note), note);
    // So they were called before OTLP 0.15.
    const groups = ['scopeSpans', 'instrumentationLibrarySpans'].flatMap((name) => this.#holders(resourceSpans, name, place));
    if (groups.length === 0 && hasForeignMembers(resourceSpans, ['resource', 'schemaUrl', 'scopeSpans', 'instrumentationLibrarySpans']))
      this.#loseHolder('An entry of "resourceSpans" has no "scopeSpans".', place);
    for (const [index, scopeSpans] of groups.entries()) {
      this.#readScopeSpans(scopeSpans, { resource, notes }, `${place}, scopeSpans ${index + 1}`);
    }
  }

  #readScopeSpans(scopeSpans: unknown, within: SpansWithin, place: string): void {
    if (!isMessage(scopeSpans)) {
      this.#loseHolder('An entry of "scopeSpans" is not an object.', place);
      return;
    }
    const note = (what: string) => void within.notes.add(what);
    const scope = textOf(memberOf(memberOf(scopeSpans, 'scope') ?? memberOf(scopeSpans, 'instrumentationLibrary'), 'name'), note);
    const spans = this.#holders(scopeSpans, 'spans', place);
    if (spans.length === 0 && hasForeignMembers(scopeSpans, ['scope', 'instrumentationLibrary', 'schemaUrl', 'spans']))
      this.#loseHolder('An entry of "scopeSpans" has no "spans".', place);
    for (const [index, span] of spans.entries()) {
      const read = readSpan(span, scope, within);
      if (typeof read === 'string') this.#lose(read, `${place}, span ${index + 1}`);
      else this.spans.push(read);
    }
  }

  /** The list under a name; what is none is lost. */
  #holders(message: object, name: string, place: string): readonly unknown[] {
    return listOrNote(message, name, () => this.#loseHolder(`"${name}" is not a list.`, place));
  }

  #loseHolder(reason: string, place: string): void {
    this.brokenHolder ??= reason;
    this.#lose(reason, place);
  }

  #lose(reason: string, place: string): void {
    this.rejected += 1;
    this.tally.add([{ reason, record: place, kept: false }]);
  }
}

/** What all spans of one resource share: the resource, and what of it could not be read. */
interface SpansWithin {
  readonly resource: RawSpan['resource'];
  readonly notes: Set<string>;
}

/** True when something stands there under names that are not known; protobuf leaves no trace of such. */
function hasForeignMembers(message: object, known: readonly string[]): boolean {
  return Object.keys(message).some((name) => !known.includes(name));
}

/** @returns the reason when the span cannot be kept */
function readSpan(span: unknown, scope: string, { resource, notes: shared }: SpansWithin): RawSpan | string {
  if (!isMessage(span)) return 'A span is not an object.';
  const traceId = idOf(memberOf(span, 'traceId'), 16);
  if (traceId === undefined) return 'A trace id must have 16 bytes (32 hexadecimal digits), not all zero.';
  const spanId = idOf(memberOf(span, 'spanId'), 8);
  if (spanId === undefined) return 'A span id must have 8 bytes (16 hexadecimal digits), not all zero.';
  const notes = new Set<string>(shared);
  const note = (what: string) => void notes.add(what);
  const status = memberOf(span, 'status');
  const attributes = attributesOf(listOrNote(span, 'attributes', note), note);
  const dropped = integerOf(memberOf(span, 'droppedAttributesCount')) ?? 0n;
  const read: RawSpan = {
    traceId,
    spanId,
    parentSpanId: parentOf(memberOf(span, 'parentSpanId'), note),
    name: textOf(memberOf(span, 'name'), note),
    scope,
    startUnixNano: nanosecondsOf(memberOf(span, 'startTimeUnixNano')),
    endUnixNano: nanosecondsOf(memberOf(span, 'endTimeUnixNano')),
    statusCode: statusCodeOf(memberOf(status, 'code'), note),
    statusMessage: textOf(memberOf(status, 'message'), note),
    attributes,
    resource,
    events: listOrNote(span, 'events', note).map((event) => readEvent(event, note)),
  };
  // Told further with the span itself, under the name that exporters to other systems use.
  if (dropped > 0n) attributes['otel.dropped_attributes_count'] = Number(dropped);
  if (notes.size > 0) attributes['docket.unreadable'] = [...notes].join(' ');
  return read;
}

function readEvent(event: unknown, note: (what: string) => void): RawSpan['events'][number] {
  if (!isMessage(event)) note('An event is not an object; it was left out.');
  return {
    name: textOf(memberOf(event, 'name'), note),
    timeUnixNano: nanosecondsOf(memberOf(event, 'timeUnixNano')),
    attributes: attributesOf(listOrNote(event, 'attributes', note), note),
  };
}

/** Absent, empty and zeros mean a span without a parent. */
function parentOf(value: unknown, note: (what: string) => void): string | null {
  const id = idOf(value, 8);
  if (id !== undefined) return id;
  if (!isNoParent(value)) note('The parent id is not 8 bytes long; the span is shown without a parent.');
  return null;
}

function isNoParent(value: unknown): boolean {
  if (value instanceof Uint8Array) return value.every((byte) => byte === 0);
  return isAbsent(value) || (typeof value === 'string' && /^0*$/.test(value));
}

/** Numbers as in the protocol; JSON may have the names of the enumeration too. */
function statusCodeOf(code: unknown, note: (what: string) => void): RawSpan['statusCode'] {
  if (code === 2 || code === 'STATUS_CODE_ERROR') return 'error';
  if (code === 1 || code === 'STATUS_CODE_OK') return 'ok';
  if (![undefined, null, 0, 'STATUS_CODE_UNSET'].includes(code as string)) note('The status of the span is unknown.');
  return 'unset';
}

function isMessage(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function memberOf(message: unknown, name: string): unknown {
  return typeof message === 'object' && message !== null ? (message as Record<string, unknown>)[name] : undefined;
}

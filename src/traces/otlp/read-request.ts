import type { RawSpan } from '../../contracts/trace.ts';
import { attributesOf, idOf, integerOf, listOf, nanosecondsOf, OtlpFormatError, textOf } from './leaf-values.ts';

/** What a request held. */
export interface ReadRequest {
  readonly spans: readonly RawSpan[];
  /** Spans that cannot be kept, because they have no usable ids. */
  readonly rejected: number;
  /** Why; empty when there are none. */
  readonly reason: string;
  /** True when it holds something, and nothing of it is spans: logs, metrics, or no OTLP at all. A receiver has to ignore what it does not know. */
  readonly isForeign: boolean;
}

/**
 * Reads an ExportTraceServiceRequest (or TracesData), parsed from JSON or decoded from protobuf: both have the same members, and leaves are
 * read in either form. Unknown members are ignored.
 * @throws {OtlpFormatError} when it is something else
 */
export function readRequest(message: unknown): ReadRequest {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) throw new OtlpFormatError('The request is not an object.');
  const spans: RawSpan[] = [];
  let rejected = 0;
  let reason = '';
  const all = listOf(message, 'resourceSpans');
  for (const resourceSpans of all) {
    const resource = attributesOf(listOf(memberOf(resourceSpans, 'resource'), 'attributes'), () => {});
    for (const scopeSpans of listOf(resourceSpans, 'scopeSpans')) {
      const scope = textOf(memberOf(memberOf(scopeSpans, 'scope'), 'name'), () => {});
      for (const span of listOf(scopeSpans, 'spans')) {
        const read = readSpan(span, scope, resource);
        if (typeof read !== 'string') spans.push(read);
        else {
          rejected += 1;
          reason = read;
        }
      }
    }
  }
  return {
    spans,
    rejected,
    reason,
    isForeign: all.length === 0 && !Object.hasOwn(message, 'resourceSpans') && Object.keys(message).length > 0,
  };
}

/** @returns the reason when the span cannot be kept */
function readSpan(span: unknown, scope: string, resource: RawSpan['resource']): RawSpan | string {
  const traceId = idOf(memberOf(span, 'traceId'), 16);
  if (traceId === undefined) return 'A trace id must have 16 bytes (32 hexadecimal digits), not all zero.';
  const spanId = idOf(memberOf(span, 'spanId'), 8);
  if (spanId === undefined) return 'A span id must have 8 bytes (16 hexadecimal digits), not all zero.';
  const notes = new Set<string>();
  const note = (what: string) => void notes.add(what);
  const status = memberOf(span, 'status');
  const attributes = attributesOf(listOf(span, 'attributes'), note);
  const dropped = integerOf(memberOf(span, 'droppedAttributesCount')) ?? 0n;
  const read: RawSpan = {
    traceId,
    spanId,
    parentSpanId: idOf(memberOf(span, 'parentSpanId'), 8) ?? null,
    name: textOf(memberOf(span, 'name'), note),
    scope,
    startUnixNano: nanosecondsOf(memberOf(span, 'startTimeUnixNano')),
    endUnixNano: nanosecondsOf(memberOf(span, 'endTimeUnixNano')),
    statusCode: statusCodeOf(memberOf(status, 'code')),
    statusMessage: textOf(memberOf(status, 'message'), note),
    attributes,
    resource,
    events: listOf(span, 'events').map((event) => ({
      name: textOf(memberOf(event, 'name'), note),
      timeUnixNano: nanosecondsOf(memberOf(event, 'timeUnixNano')),
      attributes: attributesOf(listOf(event, 'attributes'), note),
    })),
  };
  // Told further with the span itself, under the name that exporters to other systems use.
  if (dropped > 0n) attributes['otel.dropped_attributes_count'] = Number(dropped);
  if (notes.size > 0) attributes['docket.unreadable'] = [...notes].join(' ');
  return read;
}

/** Numbers as in the protocol; JSON may have the names of the enumeration too. */
function statusCodeOf(code: unknown): RawSpan['statusCode'] {
  if (code === 2 || code === 'STATUS_CODE_ERROR') return 'error';
  return code === 1 || code === 'STATUS_CODE_OK' ? 'ok' : 'unset';
}

function memberOf(message: unknown, name: string): unknown {
  return typeof message === 'object' && message !== null ? (message as Record<string, unknown>)[name] : undefined;
}

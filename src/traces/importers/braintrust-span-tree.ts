import { createHash } from 'node:crypto';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { braintrustAttributes, braintrustEvents } from './braintrust-span.ts';
import type { SpanPage, Unread } from './importer.ts';
import { isTooDeep, objectOf } from './json-text.ts';
import { parseAnswer } from './read-records.ts';

/** Deeper trees are hostile or broken. */
const deepest = 200;

/**
 * Reads a tree of spans: {span_tree: [{name, type, input, output, metadata, metrics, children}]}. Such a tree has neither ids nor times: ids are
 * made from its content and each span's place, so that reading it again gives the same spans; times stay unknown, and every span says so.
 * @throws {DocketError} when the text is none
 */
export function readSpanTree(text: string): SpanPage {
  const roots = objectOf(parseAnswer('The Braintrust export', text))?.span_tree;
  if (!Array.isArray(roots)) {
    throw new DocketError('Expected a span tree of Braintrust: a JSON object with "span_tree". For OTLP files leave --from out.');
  }
  const spans: RawSpan[] = [];
  const unread: Unread[] = [];
  for (const [index, root] of roots.entries()) {
    const traceId = hash(`${JSON.stringify(root)} ${index}`, 32);
    const open: { readonly node: JsonValue; readonly parent: string | null; readonly path: string; readonly depth: number }[] = [
      { node: root, parent: null, path: String(index), depth: 0 },
    ];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { node, parent, path, depth } = next;
      const span = objectOf(node);
      const { children, ...own } = span ?? {};
      if (!span || depth > deepest || isTooDeep(own)) {
        unread.push({ reason: span ? 'the span nests too deeply' : 'the span is no JSON object', record: path, kept: false });
        continue;
      }
      const spanId = hash(`${traceId} ${path}`, 16);
      spans.push(spanOf(own, { traceId, spanId, parentSpanId: parent }));
      unread.push({ reason: 'the span has no time', record: path, kept: true });
      const list = Array.isArray(children) ? children : [];
      open.push(...list.map((child, place) => ({ node: child, parent: spanId, path: `${path}.${place}`, depth: depth + 1 })).reverse());
    }
  }
  return { spans, unread };
}

function spanOf(span: JsonObject, ids: Pick<RawSpan, 'traceId' | 'spanId' | 'parentSpanId'>): RawSpan {
  const error = span.error ?? null;
  return {
    ...ids,
    name: typeof span.name === 'string' ? span.name : '',
    scope: 'braintrust',
    startUnixNano: null,
    endUnixNano: null,
    statusCode: error === null ? 'unset' : 'error',
    statusMessage: typeof error === 'string' ? error : '',
    attributes: braintrustAttributes(span, ids.parentSpanId === null),
    resource: {},
    events: braintrustEvents(span),
  };
}

function hash(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

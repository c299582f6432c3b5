import { createHash } from 'node:crypto';
import { DocketError } from '../../../contracts/docket-error.ts';
import type { JsonObject, JsonValue } from '../../../contracts/json.ts';
import type { RawSpan } from '../../../contracts/trace.ts';
import type { SpanPage, Unread } from '../../importers/importer.ts';
import { hasEndlessNumber, isTooDeep, objectOf, textOf } from '../../importers/json-text.ts';
import { endlessNumber, parseExport } from '../../importers/read-records.ts';
import { braintrustAttributes, braintrustEvents } from './span.ts';

/** Deeper trees are hostile or broken. */
const deepest = 200;
/** What of a tree is read has a list and an object a level, and its own values. */
const deepestText = 2 * deepest + 100;

/**
 * Reads a tree of spans: {span_tree: [{name, type, input, output, metadata, metrics, children}]}. Such a tree has neither ids nor times: ids are
 * made from its content and each span's place, so that reading it again gives the same spans; times stay unknown, and every span says so.
 * @throws {DocketError} when the text is none
 */
export function readSpanTree(text: string): SpanPage {
  const roots = objectOf(parseExport(text))?.span_tree;
  if (!Array.isArray(roots)) {
    throw new DocketError('Expected a span tree of Braintrust: a JSON object with "span_tree". For OTLP files leave --from out.');
  }
  const spans: RawSpan[] = [];
  const unread: Unread[] = [];
  for (const [index, root] of roots.entries()) {
    const traceId = hash(`${JSON.stringify(isTooDeep(root, deepestText) ? upTo(deepest, root) : root)} ${index}`, 32);
    const open: { readonly node: JsonValue; readonly parent: string | null; readonly path: string; readonly depth: number }[] = [
      { node: root, parent: null, path: String(index), depth: 0 },
    ];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { node, parent, path, depth } = next;
      const span = objectOf(node);
      const { children, ...own } = span ?? {};
      const list = Array.isArray(children) ? children : [];
      const lose = (reason: string, kept = false) => unread.push({ reason, record: path, kept });
      const inside = (within: string | null) => {
        for (const [place, child] of [...list.entries()].reverse())
          open.push({ node: child, parent: within, path: `${path}.${place}`, depth: depth + 1 });
      };
      if (!span) lose('the span is not a JSON object');
      else if (depth > deepest) for (let lost = spansIn(span); lost > 0; lost -= 1) lose('the span nests too deeply');
      else if (isTooDeep(own)) {
        lose('the span nests too deeply');
        // What it called is not lost with it.
        inside(parent);
      } else {
        const spanId = hash(`${traceId} ${path}`, 16);
        spans.push(spanOf(own, { traceId, spanId, parentSpanId: parent }));
        lose('the span has no time', true);
        if (hasEndlessNumber(own)) lose(endlessNumber, true);
        if (list.length === 0 && (children ?? null) !== null && !Array.isArray(children)) lose('the children are not a list', true);
        inside(spanId);
      }
    }
  }
  return { spans, unread };
}

/** A tree without what cannot be read of it; only that can be written as one text. */
function upTo(depth: number, node: JsonValue): JsonValue {
  const span = objectOf(node);
  if (!span || depth < 0) return null;
  const { children, ...own } = span;
  return [isTooDeep(own) ? null : own, ...(Array.isArray(children) ? children.map((child) => upTo(depth - 1, child)) : [])];
}

/** How many spans a tree has, however deep it is. */
function spansIn(tree: JsonObject): number {
  const open: JsonValue[] = [tree];
  let spans = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    spans += 1;
    const children = objectOf(next)?.children;
    if (Array.isArray(children)) for (const child of children) open.push(child);
  }
  return spans;
}

function spanOf(span: JsonObject, ids: Pick<RawSpan, 'traceId' | 'spanId' | 'parentSpanId'>): RawSpan {
  const error = span.error ?? null;
  return {
    ...ids,
    name: textOf(span.name ?? ''),
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

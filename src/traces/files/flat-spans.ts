import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import type { SpanPage } from '../importers/importer.ts';
import { objectOf } from '../importers/json-text.ts';
import { readRecords } from '../importers/read-records.ts';
import type { FileFormat } from './file-format.ts';
import { flattened } from './phoenix-spans.ts';
import { nanosecondsFrom, spanOf, wordsIn } from './span-of.ts';

/**
 * Spans one by one with their attributes as an object, as CloudWatch keeps them in its log group `aws/spans`; alone or as one column of a
 * query's rows: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Transaction-Search.html.
 */
export const flatSpans: FileFormat = {
  title: 'CloudWatch',
  recognises: (first) => spanIn(first) !== undefined,
  read: (records): SpanPage =>
    readRecords(records, (record) => {
      const span = spanIn(record);
      return span ? { span: readSpan(span) } : { lost: ['the record holds no span'] };
    }),
};

function spanIn(record: JsonObject): JsonObject | undefined {
  const candidates = [record, ...['raw_otel_json', '@message', 'message'].map((name) => objectOf(record[name]))];
  return candidates.find((each) => each && 'traceId' in each && 'spanId' in each && 'startTimeUnixNano' in each);
}

function readSpan(span: JsonObject): RawSpan {
  const { code, message } = objectOf(span.status) ?? {};
  return spanOf({
    traceId: String(span.traceId),
    spanId: String(span.spanId),
    parentSpanId: wordsIn(span.parentSpanId) ?? null,
    name: String(span.name ?? ''),
    scope: wordsIn(objectOf(span.scope)?.name) ?? '',
    start: nanosecondsFrom(span.startTimeUnixNano, 1n),
    end: nanosecondsFrom(span.endTimeUnixNano, 1n),
    ...(code === 'ERROR' || code === 2 ? { error: wordsIn(message) ?? 'error' } : {}),
    attributes: attributesIn(span.attributes),
    resource: attributesIn(objectOf(span.resource)?.attributes),
    events: (Array.isArray(span.events) ? span.events : []).map((event) => {
      const { name, timeUnixNano, attributes } = objectOf(event) ?? {};
      return { name: wordsIn(name) ?? 'event', timeUnixNano: nanosecondsFrom(timeUnixNano, 1n), attributes: attributesIn(attributes) };
    }),
  });
}

function attributesIn(attributes: JsonValue | undefined): JsonObject {
  return flattened(objectOf(attributes) ?? {});
}

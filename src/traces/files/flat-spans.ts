import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { parsed } from '../dialects/attribute-values.ts';
import type { SpanPage } from '../importers/importer.ts';
import { objectOf } from '../importers/json-text.ts';
import { readRecords } from '../importers/read-records.ts';
import { spanIds } from '../importers/span-ids.ts';
import { logEvent, type RawLog, saysMessages } from '../otlp/raw-log.ts';
import type { FileFormat } from './file-format.ts';
import { flattened } from './phoenix-spans.ts';
import { nanosecondsFrom, spanOf, wordsIn } from './span-of.ts';

/**
 * Spans one by one with their attributes as an object, as CloudWatch keeps them in its log group `aws/spans`; alone or as one column of a
 * query's rows: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Transaction-Search.html.
 */
export const flatSpans: FileFormat = {
  title: 'CloudWatch',
  recognises: (first) => spanIn(first) !== undefined || logIn(first) !== undefined,
  read(records): SpanPage {
    const logs: RawLog[] = [];
    const page = readRecords(records, (record) => {
      const span = spanIn(record);
      if (span) return { span: readSpan(span) };
      const found = logIn(record);
      if (!found) return { lost: ['the record holds no span'] };
      const log = readLog(found);
      if (saysMessages(log.event)) logs.push(log);
      return saysMessages(log.event) ? {} : { lost: ['the log record holds no message of an agent'] };
    });
    return { ...page, logs };
  },
};

function spanIn(record: JsonObject): JsonObject | undefined {
  return within(record).find((each) => each && 'traceId' in each && 'spanId' in each && 'startTimeUnixNano' in each);
}

/** A log record of a span, as AgentCore's log group `otel-rt-logs` has what was said. */
function logIn(record: JsonObject): JsonObject | undefined {
  return within(record).find((each) => each && wordsIn(each.traceId) && wordsIn(each.spanId) && 'body' in each && 'timeUnixNano' in each);
}

function within(record: JsonObject): (JsonObject | undefined)[] {
  return [record, ...['raw_otel_json', '@message', 'message'].map((name) => objectOf(parsed(record[name] ?? null)))];
}

function readLog(record: JsonObject): RawLog {
  const { traceId, spanId } = spanIds(String(record.traceId), String(record.spanId), null);
  const time = nanosecondsFrom(record.timeUnixNano, 1n) ?? nanosecondsFrom(record.observedTimeUnixNano, 1n);
  return { traceId, spanId, event: logEvent(wordsIn(record.eventName) ?? '', time, record.body ?? null, attributesIn(record.attributes)) };
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

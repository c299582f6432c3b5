import type { RawSpan } from '../../contracts/trace.ts';
import type { UnreadTally } from '../unread-tally.ts';
import { anyValueOf, attributesOf, idOf, listOrNote, nanosecondsOf, textOf } from './leaf-values.ts';
import { logEvent, type RawLog, saysMessages } from './raw-log.ts';

/**
 * Reads the log records of an ExportLogsServiceRequest (or LogsData), parsed from JSON or decoded from protobuf, of which messages of agents are
 * kept: https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/logs/v1/logs.proto.
 * @param tally told of each record that is not kept
 */
export function readLogs(message: object, tally: UnreadTally): RawLog[] {
  const logs: RawLog[] = [];
  const lose = (reason: string, record: string) => tally.add([{ reason, record, kept: false }]);
  const listIn = (holder: unknown, name: string, place: string) =>
    listOrNote(holder, name, () => lose(`"${name}" is not a list.`, place)).entries();
  for (const [outer, resourceLogs] of listIn(message, 'resourceLogs', 'the request')) {
    for (const [middle, scopeLogs] of listIn(resourceLogs, 'scopeLogs', `resourceLogs ${outer + 1}`)) {
      const place = `resourceLogs ${outer + 1}, scopeLogs ${middle + 1}`;
      for (const [inner, record] of listIn(scopeLogs, 'logRecords', place)) {
        const read = readLog(record);
        if (typeof read === 'string') lose(read, `${place}, record ${inner + 1}`);
        else logs.push(read);
      }
    }
  }
  return logs;
}

/** @returns the reason when the record is not kept */
function readLog(record: unknown): RawLog | string {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return 'A log record is not an object.';
  const { traceId, spanId, eventName, timeUnixNano, observedTimeUnixNano, body } = record as Record<string, unknown>;
  const notes = new Set<string>();
  const note = (what: string) => void notes.add(what);
  const attributes = attributesOf(listOrNote(record, 'attributes', note), note);
  const time = nanosecondsOf(timeUnixNano) ?? nanosecondsOf(observedTimeUnixNano);
  const event = logEvent(textOf(eventName, note), time, anyValueOf(body, note), attributes);
  if (!saysMessages(event)) return 'A log record holds no message of an agent.';
  const ids = { traceId: idOf(traceId, 16), spanId: idOf(spanId, 8) };
  if (ids.traceId === undefined || ids.spanId === undefined)
    return 'A log record with a message names no span that it belongs to (trace id and span id).';
  return { traceId: ids.traceId, spanId: ids.spanId, event: withNotes(event, notes) };
}

function withNotes(event: RawLog['event'], notes: ReadonlySet<string>): RawSpan['events'][number] {
  return notes.size === 0 ? event : { ...event, attributes: { ...event.attributes, 'docket.unreadable': [...notes].join(' ') } };
}

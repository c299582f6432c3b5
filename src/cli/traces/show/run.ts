import type { RawSpan } from '../../../contracts/trace.ts';
import { unknownTrace, wholeTraceId } from '../../../flows/whole-trace-id.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { printJson } from '../../terminal/plain-json.ts';
import { openTracesForReading } from '../open-project-traces.ts';
import { traceLines } from './view.ts';

export interface ShowOptions {
  readonly full?: boolean;
  readonly json?: boolean;
  readonly raw?: boolean;
}

/** Prints one trace. @throws {DocketError} when there is none with that id */
export async function runShow(
  given: string,
  { full, json, raw }: ShowOptions,
  { terminal: { out, note }, invocation }: CommandContext,
): Promise<void> {
  const store = await openTracesForReading(invocation.directory, note);
  try {
    const traceId = await wholeTraceId(store, given);
    const trace = await store.trace(traceId);
    if (!trace) throw unknownTrace(given);
    const scores = await store.scores(traceId);
    if (raw) printJson({ kind: 'spans', spans: withTextTimes(await store.spans(traceId)) }, out);
    else if (json) printJson({ kind: 'trace', trace, scores }, out);
    else for (const line of traceLines(trace, scores, { full: full ?? false }, out)) out.line(line);
  } finally {
    await store.close();
  }
}

/** JSON has no 64-bit integers. */
function withTextTimes(spans: readonly RawSpan[]): unknown {
  return JSON.parse(JSON.stringify(spans, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)));
}

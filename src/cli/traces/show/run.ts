import { DocketError } from '../../../contracts/docket-error.ts';
import type { RawSpan } from '../../../contracts/trace.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import type { TraceStore } from '../../../traces/store/trace-store.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { plainJson } from '../../terminal/plain-json.ts';
import { openTracesForReading } from '../open-project-traces.ts';
import { traceLines } from './view.ts';

export interface ShowOptions {
  readonly full?: boolean;
  readonly json?: boolean;
  readonly raw?: boolean;
}

/** Prints one trace. @throws {DocketError} when there is none with that id */
export function runShow(given: string, { full, json, raw }: ShowOptions, { terminal: { out, note }, invocation }: CommandContext): void {
  const store = openTracesForReading(invocation.directory, note);
  try {
    const traceId = wholeId(store, given);
    const trace = store.trace(traceId);
    if (!trace) throw unknownTrace(given);
    const scores = store.scores(traceId);
    if (raw) out.line(plainJson({ kind: 'spans', spans: withTextTimes(store.spans(traceId)) }));
    else if (json) out.line(plainJson({ kind: 'trace', trace, scores }));
    else for (const line of traceLines(trace, scores, { full: full ?? false }, out)) out.line(line);
  } finally {
    store.close();
  }
}

/** JSON has no 64-bit integers. */
function withTextTimes(spans: readonly RawSpan[]): unknown {
  return JSON.parse(JSON.stringify(spans, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)));
}

/** The id that begins so, when there is only one. */
function wholeId(store: TraceStore, given: string): string {
  const id = given.toLowerCase();
  if (!/^[0-9a-f]{1,32}$/.test(id))
    throw new DocketError(
      `"${plainLine(given).slice(0, 80)}" is not a trace id. Expected up to 32 hexadecimal digits; docket traces ls shows them.`,
    );
  const found = store.idsThatBegin(id);
  if (found.length > 1) {
    const more = found.length > 3 ? ', …' : '';
    throw new DocketError(`Several traces begin with ${id}: ${found.slice(0, 3).join(', ')}${more}. Give more of the id.`);
  }
  const [only] = found;
  if (only === undefined) throw unknownTrace(given);
  return only;
}

function unknownTrace(given: string): DocketError {
  return new DocketError(`There is no trace "${given}". docket traces ls shows what is there.`);
}

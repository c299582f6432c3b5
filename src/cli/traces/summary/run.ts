import { type Grouping, summariseTraces } from '../../../flows/summarise-traces/index.ts';
import type { TraceFilter } from '../../../traces/store/trace-store.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { endInterrupted, onInterrupt } from '../../terminal/interruption.ts';
import { plainJson } from '../../terminal/plain-json.ts';
import { leftOut } from '../left-out.ts';
import { openTracesForReading } from '../open-project-traces.ts';
import { summaryLines } from './view.ts';

export type SummaryOptions = Pick<TraceFilter, 'agent' | 'since' | 'until'> & { readonly by?: Grouping; readonly json?: boolean };

/** Prints what the stored traces come to. */
export async function runSummary({ by, json, ...filter }: SummaryOptions, context: CommandContext): Promise<void> {
  const { out, note } = context.terminal;
  const store = openTracesForReading(context.invocation.directory, note);
  const interruption = onInterrupt();
  try {
    // Says who there is when nobody has the name that was asked for.
    leftOut(store, filter, filter.agent !== undefined);
    const summary = await summariseTraces(store, filter, by, interruption.signal);
    if (json) out.line(plainJson({ kind: 'traces-summary', by: by ?? null, ...summary }));
    else if (summary.all.runs === 0) note.line('No traces match.');
    else for (const line of summaryLines(summary, by, out)) out.line(line);
  } catch (error) {
    endInterrupted(error, context, '.');
  } finally {
    interruption.stop();
    store.close();
  }
}

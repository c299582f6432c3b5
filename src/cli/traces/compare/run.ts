import { compareRecorded, type RecordedComparisonRequest } from '../../../flows/compare-recorded/index.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { endInterrupted, onInterrupt } from '../../terminal/interruption.ts';
import { plainJson } from '../../terminal/plain-json.ts';
import { openTracesForReading } from '../open-project-traces.ts';
import { comparisonLines } from './view.ts';

export interface CompareOptions extends Pick<RecordedComparisonRequest, 'by' | 'group' | 'score' | 'passAt'> {
  readonly since?: number;
  readonly until?: number;
  readonly json?: boolean;
}

/** Prints what recorded runs of two sides come to. */
export async function runCompare({ since, until, json, ...asked }: CompareOptions, context: CommandContext): Promise<void> {
  const { out, note } = context.terminal;
  const store = openTracesForReading(context.invocation.directory, note);
  const interruption = onInterrupt();
  try {
    const filter = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
    const comparison = await compareRecorded({ ...asked, store, filter, signal: interruption.signal });
    if (json) out.line(plainJson({ kind: 'recorded-comparison', ...comparison }));
    else for (const line of comparisonLines(comparison, out)) out.line(line);
  } catch (error) {
    endInterrupted(error, context, '.');
  } finally {
    interruption.stop();
    store.close();
  }
}

import { dirname, resolve } from 'node:path';
import { writeCheckoutFile } from '../../../contracts/checkout-file.ts';
import { DocketError } from '../../../contracts/docket-error.ts';
import type { RecordedComparison } from '../../../contracts/recorded-comparison.ts';
import { compareRecorded, type RecordedComparisonRequest } from '../../../flows/compare-recorded/index.ts';
import { recordedPage } from '../../../reporters/recorded-page.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { commandText } from '../../invocation.ts';
import { endInterrupted, onInterrupt } from '../../terminal/interruption.ts';
import { printJson } from '../../terminal/plain-json.ts';
import { openTracesForReading } from '../open-project-traces.ts';
import { comparisonLines } from './view.ts';

export interface CompareOptions extends Pick<RecordedComparisonRequest, 'by' | 'group' | 'score' | 'passAt'> {
  readonly since?: number;
  readonly until?: number;
  readonly output?: string;
  readonly json?: boolean;
}

/** Prints what recorded runs of two sides come to. */
export async function runCompare({ since, until, output, json, ...asked }: CompareOptions, context: CommandContext): Promise<void> {
  const { out, note } = context.terminal;
  const store = await openTracesForReading(context.invocation.directory, note);
  const interruption = onInterrupt();
  try {
    const filter = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
    const comparison = await compareRecorded({ ...asked, store, filter, signal: interruption.signal });
    if (output !== undefined) writePage(comparison, output, context);
    if (json) printJson({ kind: 'recorded-comparison', ...comparison }, out);
    else for (const line of comparisonLines(comparison, out)) out.line(line);
    if (output !== undefined) note.line(`The page is ${plainLine(output)}: open it in a browser.`);
  } catch (error) {
    endInterrupted(error, context, '.');
  } finally {
    interruption.stop();
    await store.close();
  }
}

/** @throws {DocketError} when the page cannot be written */
function writePage(recorded: RecordedComparison, output: string, { invocation }: CommandContext): void {
  const path = resolve(invocation.directory, output);
  const page = recordedPage({ recorded, createdAt: new Date().toISOString(), rerun: commandText(invocation, invocation.words) });
  const fault = writeCheckoutFile(path, dirname(path), [page]);
  if (fault !== undefined) throw new DocketError(`${plainLine(path)} ${fault.fault}`);
}

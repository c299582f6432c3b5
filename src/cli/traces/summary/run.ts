import { DocketError } from '../../../contracts/docket-error.ts';
import { loadConfig } from '../../../flows/load-config.ts';
import { type Grouping, summariseTraces } from '../../../flows/summarise-traces/index.ts';
import { PriceBook } from '../../../model/price-book.ts';
import { count } from '../../../text/figures.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import type { TraceFilter } from '../../../traces/store/trace-store.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { endInterrupted, onInterrupt } from '../../terminal/interruption.ts';
import { printJson } from '../../terminal/plain-json.ts';
import { leftOut } from '../left-out.ts';
import { openTracesForReading } from '../open-project-traces.ts';
import { summaryLines } from './view.ts';

export type SummaryOptions = Pick<TraceFilter, 'agent' | 'since' | 'until'> & {
  readonly by?: Grouping;
  readonly newest?: number;
  readonly json?: boolean;
};

/** A summary needs nothing else of the configuration, and is no reason to insist on it. */
async function pricesOf({ invocation, terminal: { note } }: CommandContext): Promise<PriceBook> {
  try {
    return (await loadConfig(invocation.directory)).prices;
  } catch (error) {
    if (!(error instanceof DocketError)) throw error;
    note.line(`notice: the prices of docket.config.ts are not used: ${plainLine(error.message)}`);
    return new PriceBook();
  }
}

/** Prints what the stored traces come to. */
export async function runSummary({ by, newest, json, ...filter }: SummaryOptions, context: CommandContext): Promise<void> {
  const { out, note } = context.terminal;
  const store = await openTracesForReading(context.invocation.directory, note);
  const interruption = onInterrupt();
  try {
    // Says who there is when nobody has the name that was asked for.
    await leftOut(store, filter, filter.agent !== undefined);
    const prices = await pricesOf(context);
    const summed = newest === undefined ? filter : { ...filter, limit: newest };
    const summary = await summariseTraces({ store, prices }, summed, by, interruption.signal);
    const of = newest === undefined ? summary.all.runs : (await store.middle(filter)).traces;
    if (prices.fault) note.line(`notice: ${plainLine(prices.fault)}. What models of other vendors cost is not known.`);
    if (json) printJson({ kind: 'traces-summary', by: by ?? null, of, ...summary }, out);
    else if (summary.all.runs === 0) note.line('No traces match.');
    else {
      for (const line of summaryLines(summary, by, out)) out.line(line);
      if (of > summary.all.runs) note.line(`These are the newest ${count(summary.all.runs)} of ${count(of)} runs.`);
    }
  } catch (error) {
    endInterrupted(error, context, '.');
  } finally {
    interruption.stop();
    await store.close();
  }
}

import { exitCodes } from '../../contracts/docket-error.ts';
import { type SearchPlan, searchPrompt } from '../../flows/improve/search/index.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { count, counted, money } from '../../text/figures.ts';
import { openAnnouncedSession } from '../command/announced-session.ts';
import type { CommandContext } from '../command/command-context.ts';
import { priceText } from '../command/cost-text.ts';
import { drawOver } from '../terminal/draw-over.ts';
import { endInterrupted, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';
import type { ImproveCommandOptions } from './improve-options.ts';
import { searchLines } from './search-view.ts';

/** Searches a better prompt and says what came of it. */
export async function runSearch(options: ImproveCommandOptions, proposals: number, context: CommandContext): Promise<void> {
  const { invocation, terminal } = context;
  const { budget, proposer, trials, seed } = options;
  const config = await loadConfig(invocation.directory);
  const version = options.version ?? config.current;
  const interruption = onInterrupt();
  let done = 0;
  const session = await openAnnouncedSession(context, options, { config, version, traces: 'none' }).catch((error: unknown) => {
    interruption.stop();
    throw error;
  });
  try {
    const searched = await searchPrompt(session, {
      version,
      proposals,
      trials,
      seed,
      ...(proposer === undefined ? {} : { proposer }),
      ...(budget === undefined ? {} : { budgetDollars: budget }),
      signal: interruption.signal,
      onPlan: (plan) => terminal.note.line(priceLine(plan, session.mode, budget)),
      onTrial: () => {
        done += 1;
        drawOver(terminal.note, counted(done, 'trial'));
      },
    });
    drawOver(terminal.note);
    if (options.json) printJson(searched.search, terminal.out);
    else for (const line of searchLines(searched, terminal.out)) terminal.out.line(line);
    if (searched.unfinished || searched.unwritten !== undefined) context.exit(exitCodes.incomplete);
  } catch (error) {
    drawOver(terminal.note);
    endInterrupted(error, context, ': finished trials are stored and will not run again; proposals will be asked for anew.');
  } finally {
    interruption.stop();
    await session.close();
  }
}

/** What it may come to, before anything is asked. */
function priceLine({ training, heldOut, cost, questions, dearestQuestion }: SearchPlan, mode: string, budget: number | undefined): string {
  const proposer =
    dearestQuestion === undefined
      ? 'at a price that is not known'
      : `of at most ${money(dearestQuestion)} each, ${money(questions * dearestQuestion)} in all`;
  const what = `${counted(training, 'case')} to learn from, ${count(heldOut)} held out; at most ${counted(cost.trials, 'trial')} and ${counted(questions, 'question')} to the ${mode === 'live' ? '' : `${mode} `}proposer`;
  if (mode !== 'live') return `${what}. Nothing is paid.`;
  return `live model: ${what}. The trials cost ${priceText(cost)}; the questions are ${proposer}. It ends before ${money(budget)} are spent.`;
}

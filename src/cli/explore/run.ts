import { exitCodes } from '../../contracts/docket-error.ts';
import { type Explored, explore, exploringConfig } from '../../flows/explore/index.ts';
import type { GateBudget } from '../../flows/gate/gate-request.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { openAnnouncedSession } from '../command/announced-session.ts';
import type { CommandContext } from '../command/command-context.ts';
import { drawnCount } from '../command/drawn-count.ts';
import type { ModelOptions } from '../command/run-options.ts';
import { endInterrupted, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';
import { explorationLines } from './view.ts';

export interface ExploreCommandOptions extends Omit<ModelOptions, 'budget' | 'record'> {
  readonly version?: string;
  readonly budget?: GateBudget;
  readonly seed: number;
  readonly draft: boolean;
  readonly concurrency?: number;
  readonly json?: boolean;
}

/** Trials where no number of them is given. */
const usualTrials = 200;

/** Hunts for failing inputs and prints what was found. */
export async function runExplore({ budget, ...options }: ExploreCommandOptions, context: CommandContext): Promise<void> {
  const { invocation, terminal } = context;
  const config = exploringConfig(await loadConfig(invocation.directory));
  const version = options.version ?? config.current;
  const interruption = onInterrupt();
  const session = await openAnnouncedSession(
    context,
    { ...options, ...(budget?.kind === 'dollars' ? { budget: budget.dollars } : {}) },
    { config, version, traces: 'none' },
  ).catch((error: unknown) => {
    interruption.stop();
    throw error;
  });
  const drawn = drawnCount(context, session.mode);
  try {
    const explored = await explore(session, {
      version,
      budget: budget?.kind === 'runs' ? budget.runs : usualTrials,
      seed: options.seed,
      draft: options.draft,
      ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
      signal: interruption.signal,
      onPlan: drawn.start,
      onTrial: drawn.step,
    });
    drawn.end();
    if (options.json) printJson(explored.exploration, terminal.out);
    else for (const line of explorationLines(explored, terminal.out)) terminal.out.line(line);
    context.exit(exitCodeOf(explored));
  } catch (error) {
    drawn.end();
    endInterrupted(error, context, ': finished trials are stored and will not run again.');
  } finally {
    interruption.stop();
    await session.close();
  }
}

function exitCodeOf({ exploration: { finds, stopped } }: Explored): number {
  if (finds.length > 0) return exitCodes.regressed;
  return stopped === undefined ? exitCodes.pass : exitCodes.incomplete;
}

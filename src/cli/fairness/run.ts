import { randomUUID } from 'node:crypto';
import { fairnessExitCode, tryFairness } from '../../flows/fairness/index.ts';
import { openAnnouncedSession } from '../command/announced-session.ts';
import type { CommandContext } from '../command/command-context.ts';
import { drawnCount } from '../command/drawn-count.ts';
import type { ModelOptions } from '../command/run-options.ts';
import { endInterrupted, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';
import { fairnessLines } from './view.ts';

export interface FairnessCommandOptions extends ModelOptions {
  readonly version?: string;
  readonly attributes?: readonly string[];
  readonly trials?: number;
  readonly concurrency?: number;
  readonly fresh?: boolean;
  readonly json?: boolean;
}

/** Tries every value of the attributes that must not matter, and prints in which of them decisions differ. */
export async function runFairness(options: FairnessCommandOptions, context: CommandContext): Promise<void> {
  const { out } = context.terminal;
  const interruption = onInterrupt();
  const session = await openAnnouncedSession(context, options).catch((error: unknown) => {
    interruption.stop();
    throw error;
  });
  const drawn = drawnCount(context, session.mode);
  try {
    const report = await tryFairness(session, {
      ...(options.version === undefined ? {} : { version: options.version }),
      ...(options.attributes ? { attributes: options.attributes } : {}),
      trials: options.trials ?? session.config.trials,
      ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
      ...(options.fresh ? { series: `fresh-${randomUUID().slice(0, 8)}` } : {}),
      signal: interruption.signal,
      onPlan: drawn.start,
      onTrial: drawn.step,
    });
    drawn.end();
    context.exit(fairnessExitCode(report));
    if (options.json) printJson(report, out);
    else for (const line of fairnessLines(report, out)) out.line(line);
  } catch (error) {
    drawn.end();
    endInterrupted(error, context, ': finished trials are stored and will not run again.');
  } finally {
    interruption.stop();
    await session.close();
  }
}

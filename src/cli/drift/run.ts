import { exitCodes } from '../../contracts/docket-error.ts';
import { readCommittedCounts } from '../../flows/gate/committed-counts.ts';
import { tryMainAgain } from '../../flows/gate/try-main-again.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { openAnnouncedSession } from '../command/announced-session.ts';
import type { CommandContext } from '../command/command-context.ts';
import { drawnCount } from '../command/drawn-count.ts';
import { endInterrupted, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';
import { driftLines, driftSentence } from './view.ts';

export interface DriftOptions {
  readonly trials: number;
  readonly budget?: number;
  readonly fresh?: boolean;
  readonly concurrency?: number;
  readonly json?: boolean;
}

/** Runs the version of the baseline again and says whether it passes as its stored runs say. */
export async function runDrift(options: DriftOptions, context: CommandContext): Promise<void> {
  const { invocation, terminal } = context;
  const config = await loadConfig(invocation.directory);
  const { baseline } = readCommittedCounts(config);
  const interruption = onInterrupt();
  // In the mode of the baseline: other runs could not be compared with it.
  const session = await openAnnouncedSession(context, {
    mode: baseline.mode,
    ...(options.budget === undefined ? {} : { budget: options.budget }),
  }).catch((error: unknown) => {
    interruption.stop();
    throw error;
  });
  const drawn = drawnCount(context, session.mode);
  try {
    const again = await tryMainAgain(session, {
      trials: options.trials,
      fresh: options.fresh ?? false,
      ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
      signal: interruption.signal,
      onPlan: drawn.start,
      onTrial: drawn.step,
    });
    drawn.end();
    const { agent, mode, version, epoch, recordedAt } = baseline;
    const told = { agent, mode, version, epoch, recordedAt, trialsPerCase: options.trials, sentence: driftSentence(again) };
    if (options.json)
      printJson({ kind: 'drift', ...told, ...again, moved: again.moved ?? null, visible: again.visible ?? null }, terminal.out);
    else for (const line of driftLines(baseline, again, terminal.out)) terminal.out.line(line);
    context.exit(again.moved ? exitCodes.regressed : exitCodes.pass);
  } catch (error) {
    drawn.end();
    endInterrupted(error, context, ': finished trials are stored and will not run again today.');
  } finally {
    interruption.stop();
    await session.close();
  }
}

import { exitCodes } from '../../contracts/docket-error.ts';
import { openBoard } from '../../flows/jobs/session-workers.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { sharedStore } from '../../flows/open-trials.ts';
import { budgetedModels } from '../../flows/work/budgeted-models.ts';
import { noteLoaded } from '../../flows/work/loaded-versions.ts';
import { workJobs } from '../../flows/work/work-jobs.ts';
import { count, counted } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { openAnnouncedSession } from '../command/announced-session.ts';
import type { CommandContext } from '../command/command-context.ts';
import { type ModelOptions, sessionOptions } from '../command/run-options.ts';
import { endedBy, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';
import { watchLoop } from './watch-loop.ts';

export interface WorkerOptions extends ModelOptions {
  readonly concurrency?: number;
  /** Seconds. */
  readonly idle?: number;
  /** Seconds. */
  readonly drain: number;
  readonly json?: boolean;
}

/** How often a worker says what it did. */
const tellMs = 60_000;

/** Works until it is told to end. */
export async function runWorker(options: WorkerOptions, context: CommandContext): Promise<void> {
  const { note, environment } = context.terminal;
  const config = await loadConfig(context.invocation.directory);
  // What the agent's programs need is missed here, and not by each trial.
  config.agent.own?.check?.();
  const loaded = await noteLoaded(config, { ...sessionOptions(options), environment });
  const warn = (message: string) => note.line(note.style('yellow', plainLine(message)));
  const board = await openBoard(sharedStore(config, environment), warn);
  const interruption = onInterrupt({ isUnread: true, outageMs: Math.max(options.drain, 5) * 1000 });
  const stopWatching = watchLoop();
  try {
    const session = await openAnnouncedSession(context, options, { config, board });
    const concurrency = options.concurrency ?? config.concurrency;
    const done = { run: 0, failed: 0 };
    let told = 0;
    const tell = setInterval(() => {
      const all = done.run + done.failed;
      if (all === told) return;
      told = all;
      note.line(`${counted(done.run, 'trial')} run, ${count(done.failed)} failed.`);
    }, tellMs);
    tell.unref();
    try {
      note.line(
        `Worker of ${plainLine(session.agent.name)}, ${counted(concurrency, 'trial')} at once, ${session.mode} model. Press Ctrl-C to stop.`,
      );
      const { run, failed, stopped } = await workJobs(session, board, {
        concurrency,
        ...(options.idle === undefined ? {} : { idleMs: options.idle * 1000 }),
        drain: interruption.signal,
        drainMs: options.drain * 1000,
        modelFor: budgetedModels(session, board),
        loaded,
        onRun: ({ trial }) => {
          done[trial.outcome.kind === 'infra-error' ? 'failed' : 'run'] += 1;
        },
        note: (message) => note.line(plainLine(message)),
      });
      note.line(run + failed === 0 ? 'No trials were wanted.' : `${counted(run, 'trial')} run, ${count(failed)} failed.`);
      if (options.json) printJson({ kind: 'worked', run, failed, ...(stopped === undefined ? {} : { stopped }) }, context.terminal.out);
      if (stopped === undefined) context.exit(endedBy(interruption.signal));
      else {
        note.line(note.style('red', `Stopped: ${plainLine(stopped)}`));
        context.exit(exitCodes.incomplete);
      }
    } finally {
      clearInterval(tell);
      await session.close();
    }
  } finally {
    stopWatching();
    interruption.stop();
    await board.close();
  }
}

import type { GateBudget } from '../../flows/gate/gate-request.ts';
import { tryVersion } from '../../flows/version/try-version.ts';
import { counted } from '../../text/figures.ts';
import { plainLine, plainText } from '../../text/hostile-text.ts';
import { openAnnouncedSession } from '../command/announced-session.ts';
import type { CommandContext } from '../command/command-context.ts';
import { endUnwritten } from '../command/report-files.ts';
import type { ModelOptions } from '../command/run-options.ts';
import { commandText } from '../invocation.ts';
import { endInterrupted, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';
import { tryLines } from './view.ts';

export interface TryCommandOptions extends Omit<ModelOptions, 'budget'> {
  readonly against: string;
  readonly branch?: string;
  readonly trials?: number;
  readonly budget?: GateBudget;
  readonly attribution: boolean;
  readonly concurrency?: number;
  readonly json?: boolean;
}

/** Tries a draft and prints which promises it kept; its exit code is the process's. */
export async function runTry(name: string, options: TryCommandOptions, context: CommandContext): Promise<void> {
  const { terminal, invocation } = context;
  const { out, note } = terminal;
  const { budget, json, mode, slipRate, ...rest } = options;
  const interruption = onInterrupt();
  const model: ModelOptions = {
    ...(mode === undefined ? {} : { mode }),
    ...(slipRate === undefined ? {} : { slipRate }),
    ...(budget?.kind === 'dollars' ? { budget: budget.dollars } : {}),
  };
  const session = await openAnnouncedSession(context, model, { inWorkers: true }).catch((error: unknown) => {
    interruption.stop();
    throw error;
  });
  try {
    const { result, files, unwritten } = await tryVersion(session, {
      ...rest,
      name,
      ...(budget === undefined ? {} : { budget }),
      environment: terminal.environment,
      clock: session.clock,
      signal: interruption.signal,
      warn: (message) => note.line(note.style('yellow', plainText(message))),
      rerun: commandText(invocation, invocation.words),
      onStart: ({ draft, cases, trials, planned }) =>
        note.line(
          note.style(
            'dim',
            `${plainLine(draft.branch)}: ${counted(draft.changes.length, 'change')}, ${counted(cases, 'case')}, ${trials} trials each; ${counted(planned, 'trial')} for the promises, then the gate's`,
          ),
        ),
      onStep: (step) => note.line(note.style('dim', plainLine(step))),
    });
    if (json) printJson(result, out);
    else for (const line of tryLines(result, files, out)) out.line(line);
    context.exit(unwritten === undefined ? result.exitCode : endUnwritten(result.exitCode, unwritten, note));
  } catch (error) {
    endInterrupted(error, context, ': finished trials are stored and will not run again.');
  } finally {
    interruption.stop();
    await session.close();
  }
}

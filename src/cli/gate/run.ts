import { systemClock } from '../../contracts/clock.ts';
import type { ModelMode } from '../../contracts/model-mode.ts';
import type { GateBudget } from '../../flows/gate/gate-request.ts';
import { runGate } from '../../flows/gate/index.ts';
import { plainText } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { endUnwritten, notWritten, pageOf } from '../command/report-files.ts';
import { commandText } from '../invocation.ts';
import { endInterrupted, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';
import { announceGate, gateStepLine } from './progress.ts';
import { verdictLines } from './view.ts';

export interface GateCommandOptions {
  readonly candidate?: string;
  readonly against?: string;
  readonly budget?: GateBudget;
  readonly onInconclusive?: 'fail' | 'warn';
  readonly mode?: ModelMode;
  readonly concurrency?: number;
  readonly json?: boolean;
}

/** Judges this checkout against main and prints the verdict; its exit code is the process's. */
export async function runGateCommand({ json, ...options }: GateCommandOptions, context: CommandContext): Promise<void> {
  const { terminal, invocation } = context;
  const { out, note } = terminal;
  const rerun = commandText(invocation, invocation.words);
  const interruption = onInterrupt();
  try {
    const { verdict, files, unwritten } = await runGate({
      ...options,
      directory: invocation.directory,
      environment: terminal.environment,
      clock: systemClock,
      signal: interruption.signal,
      warn: (message) => note.line(note.style('yellow', plainText(message))),
      onStart: (started, cost) => announceGate(started, cost, note),
      onStep: (progress) => note.line(note.style('dim', gateStepLine(progress))),
      rerun,
      command: (words) => commandText(invocation, words),
    });
    if (json) printJson(verdict, out);
    else for (const line of verdictLines(verdict, unwritten === undefined ? pageOf(files) : notWritten, out)) out.line(line);
    context.exit(unwritten === undefined ? verdict.exitCode : endUnwritten(verdict.exitCode, unwritten, note));
  } catch (error) {
    endInterrupted(error, context, ' before there was a verdict; finished trials are stored and will not run again.');
  } finally {
    interruption.stop();
  }
}

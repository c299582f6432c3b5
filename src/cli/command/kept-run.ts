import type { KeptRun, RunKind } from '../../contracts/kept-run.ts';
import { RunKeeper } from '../../flows/runs/keep-run.ts';
import { plainText } from '../../text/hostile-text.ts';
import { commandText } from '../invocation.ts';
import { drawOver } from '../terminal/draw-over.ts';
import { Interrupted } from '../terminal/interruption.ts';
import type { CommandContext } from './command-context.ts';

/** Begins to keep this command's run. */
export function keepRun(root: string, kind: RunKind, { terminal, invocation }: CommandContext): RunKeeper {
  const { note } = terminal;
  return new RunKeeper(root, {
    kind,
    command: commandText(invocation, invocation.words),
    words: invocation.words,
    environment: terminal.environment,
    warn(message) {
      drawOver(note);
      note.line(note.style('yellow', plainText(message)));
    },
  });
}

/** Keeps that a run did not come to its end, and why. */
export function endKept(keeper: RunKeeper, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof Interrupted) keeper.end({ state: 'stopped', exitCode: error.exitCode });
  else keeper.end({ state: 'failed', verdict: { name: 'failed', tone: 'bad', reason } satisfies KeptRun['verdict'] });
}

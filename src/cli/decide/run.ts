import { decideOnce } from '../../flows/decide/decide-once.ts';
import { decisionReport, whyNone } from '../../flows/decide/decision-report.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { passingStore } from '../../trials/passing-store.ts';
import { openAnnouncedSession } from '../command/announced-session.ts';
import type { CommandContext } from '../command/command-context.ts';
import type { ModelOptions } from '../command/run-options.ts';
import { endInterrupted, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';
import { inputOf } from './input-words.ts';

export interface DecideOptions extends ModelOptions {
  /** The current version when not given. */
  readonly version?: string;
  readonly json?: boolean;
}

/** Runs the agent once and prints its decision. */
export async function runDecide(words: readonly string[], options: DecideOptions, context: CommandContext): Promise<void> {
  const { out, note } = context.terminal;
  const config = await loadConfig(context.invocation.directory);
  // All that the person may have got wrong is found before a model is chosen, let alone called.
  const reference = options.version ?? config.current;
  const input = inputOf(config.agent, words);
  const session = await openAnnouncedSession(context, options, { config, version: reference, store: passingStore(), traces: 'kept' });
  const interruption = onInterrupt();
  try {
    const prepared = await session.prepare(reference);
    const decided = await decideOnce(session, prepared, input, { signal: interruption.signal });
    const { outcome, mode } = decided.run.trial;
    const found = decided.findings.map(({ code, message }) => `${code}: ${message}`);
    for (const text of [...decided.warnings, ...found]) note.line(note.style('yellow', `warning: ${plainLine(text)}`));
    if (outcome.kind !== 'decided') {
      const [why, code] = whyNone(outcome);
      note.line(note.style('red', `✗ ${plainLine(why)}`));
      context.exit(code);
    }
    if (options.json) printJson({ kind: 'decision', input, ...decisionReport(session, prepared, decided) }, out);
    else if (outcome.kind === 'decided') printJson({ mode, ...outcome.decision }, out);
  } catch (error) {
    endInterrupted(error, context, ' before there was a decision.', null);
  } finally {
    interruption.stop();
    await session.close();
  }
}

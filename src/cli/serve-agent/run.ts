import { loadConfig } from '../../flows/load-config.ts';
import { serveAgent } from '../../flows/serve-agent/index.ts';
import { count, counted } from '../../text/figures.ts';
import { plainLine, plainText } from '../../text/hostile-text.ts';
import { passingStore } from '../../trials/passing-store.ts';
import { openAnnouncedSession } from '../command/announced-session.ts';
import type { CommandContext } from '../command/command-context.ts';
import type { ModelOptions } from '../command/run-options.ts';
import { endedBy, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';

export interface ServeAgentOptions extends ModelOptions {
  readonly host: string;
  readonly port: number;
  readonly concurrency?: number;
  /** Seconds. */
  readonly timeout?: number;
  /** Seconds. */
  readonly drain: number;
  readonly mostBytes: number;
  readonly json?: boolean;
}

/** Serves until it is told to end. */
export async function runServeAgent(wanted: string | undefined, options: ServeAgentOptions, context: CommandContext): Promise<void> {
  const { out, note, environment } = context.terminal;
  const config = await loadConfig(context.invocation.directory);
  const reference = wanted ?? config.current;
  const session = await openAnnouncedSession(context, options, {
    ...{ config, version: reference, store: passingStore() },
    ...{ traces: 'kept', serves: true },
  });
  const interruption = onInterrupt({ isUnread: true });
  try {
    const prepared = await session.prepare(reference);
    const { settings } = prepared.version;
    const served = await serveAgent(session, prepared, {
      ...{ host: options.host, port: options.port, mostBytes: options.mostBytes },
      // An empty one is none: a variable that is passed on without a value must not open the door.
      token: environment.DOCKET_SERVE_TOKEN || undefined,
      concurrency: options.concurrency ?? config.concurrency,
      timeoutMs: options.timeout === undefined ? settings.deadlineMs : options.timeout * 1000,
      onFault: (error) =>
        note.line(note.style('red', `✗ ${plainText(error instanceof Error ? (error.stack ?? error.message) : String(error))}`)),
      onWarning: (message) => note.line(note.style('yellow', `warning: ${plainLine(message)}`)),
    });
    const { agent, mode } = session;
    note.line(`Serving ${plainLine(agent.name)} ${prepared.identity.name}. Press Ctrl-C to stop.`);
    if (options.json) printJson({ kind: 'served-agent', mode, agent: agent.name, version: prepared.identity, url: served.url }, out);
    else out.line(`POST ${served.url}/decide`);
    if (!interruption.signal.aborted)
      await new Promise<void>((resolve) => interruption.signal.addEventListener('abort', () => resolve(), { once: true }));
    await served.drain(options.drain * 1000);
    const { decided, undecided, failed, aborted } = served.counts;
    note.line(`${counted(decided, 'decision')}, ${count(undecided)} without one, ${count(failed)} failed, ${count(aborted)} aborted.`);
    context.exit(endedBy(interruption.signal));
  } finally {
    interruption.stop();
    await session.close();
  }
}

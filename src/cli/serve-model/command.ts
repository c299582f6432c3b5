import type { Command } from 'commander';
import { plainLine } from '../../text/hostile-text.ts';
import { portNumber, share } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import { endedBy, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';

interface ServeModelOptions {
  readonly port: number;
  readonly slipRate?: number;
  readonly json?: boolean;
}

const help = `
Serves the agent's simulated model on this machine only, in the wire format of the Messages API, so that any client of
that API can be tried offline. It is not a language model. A client that sends the headers x-docket-series and
x-docket-trial gets the answers of that trial; without them, identical requests are numbered in order. Every answer
carries x-docket-model: simulated, so Docket treats the trials it answered as simulated, even with --mode live.

Examples
  docket serve-model --port 8080
  ANTHROPIC_BASE_URL=http://127.0.0.1:8080 docket eval --mode live

Exit codes
  0 ended by Ctrl-C    129, 143 by a closed terminal or SIGTERM    2 usage error, the port is taken, or the agent has
  no simulator    70 a bug in Docket`;

/** `docket serve-model`: the simulated model for other programs, on loopback. */
export function addServeModelCommand(program: Command, context: CommandContext): void {
  program
    .command('serve-model')
    .summary('serve the simulated model to other programs on this machine')
    .description('Serves the simulated model on loopback in the wire format of the Messages API, until Ctrl-C.')
    .option('--port <number>', 'port to listen on; 0 picks a free one', portNumber, 0)
    .option('--slip-rate <share>', 'share of trials that answer wrongly at random', share)
    .option('--json', 'print the address as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action((options: ServeModelOptions) => serve(options, context));
}

async function serve({ port: wanted, slipRate, json }: ServeModelOptions, { terminal, invocation, exit }: CommandContext): Promise<void> {
  const { loadConfig } = await import('../../flows/load-config.ts');
  const { simulatedModel } = await import('../../model/simulated.ts');
  const { serveModel } = await import('../../model/stand-in/serve-model.ts');
  const { DocketError } = await import('../../contracts/docket-error.ts');
  const { agent, simulation } = await loadConfig(invocation.directory);
  const { out, note } = terminal;
  if (!agent.simulator) throw new DocketError(`The agent "${agent.name}" has no simulator, so there is nothing to serve. Give it one.`);
  const model = simulatedModel(agent.simulator, { ...simulation, ...(slipRate === undefined ? {} : { slipRate }) });
  const interruption = onInterrupt({ isUnread: true });
  const served = await serveModel(model, { port: wanted });
  try {
    note.line(
      note.style('yellow', `simulated model of ${plainLine(agent.name)}: an offline stand-in, not a language model. Press Ctrl-C to stop.`),
    );
    if (json) printJson({ kind: 'served-model', mode: 'simulated', agent: agent.name, url: served.url }, out);
    else out.line(`ANTHROPIC_BASE_URL=${served.url}`);
    await new Promise<void>((resolve) => interruption.signal.addEventListener('abort', () => resolve(), { once: true }));
    exit(endedBy(interruption.signal));
  } finally {
    interruption.stop();
    await served.close();
  }
}

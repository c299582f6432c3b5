import type { Command } from 'commander';
import { portNumber, wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import { addModelOptions } from '../command/run-options.ts';
import type { ServeAgentOptions } from './run.ts';

const help = `
POST /decide takes the agent's input as JSON and answers with the decision, what the agent's hard scorers find in it
without a label, usage, cost and the id of its trace. GET /openapi.json describes it by the agent's own schemas, GET
/health says whether it takes requests. Each run is kept as a trace in .docket/traces.db and sent to
OTEL_EXPORTER_OTLP_ENDPOINT if that is set. A client that hangs up ends its run. SIGTERM lets what is under way come to
its end, for --drain seconds at most.

It listens on this machine only. At another --host clients have to bear the token in DOCKET_SERVE_TOKEN; set here, it
is asked for as well. Put TLS in front of it.

Examples
  docket serve-agent v2
  docket serve-agent v2 --budget 5               402 once five dollars are spent
  DOCKET_SERVE_TOKEN=… docket serve-agent v2 --host 0.0.0.0 --port 8080
  curl localhost:4320/decide -H 'content-type: application/json' -d '{"annual_income": 85000, …}'

Exit codes
  0 ended by Ctrl-C    129, 143 by a closed terminal or SIGTERM    2 usage error, or the port is taken`;

/** `docket serve-agent`: the agent over HTTP. */
export function addServeAgentCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('serve-agent')
    .summary('answer POST /decide over HTTP, with traces, budget and limiter')
    .description('Serves one version of the agent over HTTP until it is told to end.')
    .argument('[version]', 'the version to serve (default: the current one)')
    .option('--host <address>', 'address to listen at', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 picks a free one', portNumber, 4320)
    .option('-j, --concurrency <number>', 'maximum decisions at once (default: from docket.config.ts)', wholeNumber(1))
    .option('--timeout <seconds>', "longest time for an answer (default: the version's deadline)", wholeNumber(1))
    .option('--drain <seconds>', 'how long what is under way may take once it is told to end', wholeNumber(0), 30)
    .option('--most-bytes <number>', 'largest input', wholeNumber(1), 1024 * 1024);
  addModelOptions(command, { record: false })
    .option('--json', 'print the address as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (version: string | undefined, options: ServeAgentOptions) => {
      const { runServeAgent } = await import('./run.ts');
      await runServeAgent(version, options, context);
    });
}

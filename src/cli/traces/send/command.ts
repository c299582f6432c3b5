import { type Command, Option } from 'commander';
import { vendorsOf } from '../../../traces/vendors/vendors.ts';
import { wholeNumber } from '../../command/arguments.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { pointInTime } from '../../command/time-arguments.ts';
import { vendorHelp, vendorTitles } from '../vendor-help.ts';
import type { SendOptions } from './run.ts';

const help = `
Sends traces from .docket/traces.db to another system, as they are stored, in OTLP over HTTP. What was sent before is not
sent again, so an interrupted run continues where it stopped. --scores sends what "docket traces score" found, as evaluation
events, to where the traces came from or were sent. Keys come from the environment or from .env and are never shown:
${vendorHelp('send')}

Examples
  docket traces send --to phoenix
  docket traces send --to langfuse --since 7d --agent loan-underwriter
  docket traces send --to langfuse --scores      findings go back as evaluation events
  docket traces send --to logfire --check        is the key accepted? Only an empty request is sent

Exit codes
  0 sent    2 usage error, or a key is missing or refused    3 not reachable: some may have been sent    129, 130, 143 interrupted`;

/** `docket traces send`: stored traces to another system. */
export function addTracesSendCommand(traces: Command, context: CommandContext): void {
  traces
    .command('send')
    .summary('send traces to another system')
    .description(`Sends stored traces to a tracing system: ${vendorTitles('send')}.`)
    .addOption(new Option('--to <system>', 'system to send to').choices(vendorsOf('send').map(({ name }) => name)).makeOptionMandatory())
    .option('--since <time>', 'only traces from this time on: a date, or 7d, 24h, 30m (ago)', (text) => pointInTime(text))
    .option('--until <time>', 'only traces before this time', (text) => pointInTime(text))
    .option('--agent <name>', 'only traces of this agent')
    .option('--limit <number>', 'at most this many traces, the newest ones', wholeNumber(1))
    .option('--project <name>', 'project in that system (Braintrust)')
    .option('--base-url <url>', "server, instead of the system's own")
    .option('--allow-http', 'allow an unencrypted connection to another machine')
    .addOption(new Option('--protocol <protocol>', 'how OTLP is written').choices(['http/protobuf', 'http/json']).default('http/protobuf'))
    .option('--scores', 'send scores and findings instead of the traces')
    .option('--again', 'also send what was sent before')
    .option('--check', 'only check whether it would accept them')
    .option('--json', 'print the result as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: SendOptions) => {
      const { runSend } = await import('./run.ts');
      await runSend(options, context);
    });
}

import { type Command, Option } from 'commander';
import { wholeNumber } from '../../command/arguments.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { pointInTime } from '../../command/time-arguments.ts';
import type { SendOptions } from './run.ts';

const help = `
Sends traces from .docket/traces.db to another system, as they are stored, in OTLP over HTTP. What was sent before is not
sent again, so an interrupted run continues where it stopped. --scores sends what "docket traces score" found, as evaluation
events, to where the traces came from or were sent. Keys come from the environment or from .env and are never shown:
  logfire     LOGFIRE_TOKEN (LOGFIRE_BASE_URL)
  langfuse    LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY (LANGFUSE_BASE_URL)
  braintrust  BRAINTRUST_API_KEY, and --project or BRAINTRUST_PROJECT (BRAINTRUST_API_URL)
  datadog     DD_API_KEY (DD_SITE)
  phoenix     nothing for http://localhost:6006 (PHOENIX_COLLECTOR_ENDPOINT, PHOENIX_API_KEY)

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
    .description('Sends stored traces to Logfire, Langfuse, Braintrust, Datadog or Phoenix.')
    .addOption(
      new Option('--to <system>', 'system to send to')
        .choices(['logfire', 'langfuse', 'braintrust', 'datadog', 'phoenix'])
        .makeOptionMandatory(),
    )
    .option('--since <time>', 'only traces since then: 2026-11-01, 24h, 7d', (text) => pointInTime(text))
    .option('--until <time>', 'only traces before then', (text) => pointInTime(text))
    .option('--agent <name>', 'only traces of this agent')
    .option('--limit <number>', 'most traces, the newest', wholeNumber(1))
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

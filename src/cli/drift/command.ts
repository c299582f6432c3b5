import type { Command } from 'commander';
import { dollars, wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import type { DriftOptions } from './run.ts';

const help = `
Run it on an unchanged main, by a schedule: each case runs again, and an exact test compares that with the counts in
reports/baseline.json. A difference then is not a change of yours but one of the model or of a service that the agent
uses. The baseline itself is never changed by it. Runs of the same day are reused: asking twice is not rolling twice.

Examples
  docket drift                       five more runs per case
  docket drift --trials 10 --budget 5
  docket drift --json                for a scheduled workflow

Exit codes
  0 main passes as its stored runs say    1 main has moved    2 usage or configuration error, or nothing to compare with
  3 something could not run    129, 130, 143 interrupted`;

/** `docket drift`: does the provider still give what main's baseline says? */
export function addDriftCommand(program: Command, context: CommandContext): void {
  program
    .command('drift')
    .summary('try unchanged main again: has the provider moved?')
    .description('Runs the version of the baseline again and tests whether it still passes as its stored runs say.')
    .option('--trials <number>', 'runs per case', wholeNumber(1), 5)
    .option('--budget <dollars>', 'stop before spending more than this on live calls', dollars)
    .option('--fresh', "run everything again instead of reusing today's trials")
    .option('-j, --concurrency <number>', 'maximum trials at once (default: from docket.config.ts)', wholeNumber(1))
    .option('--json', 'print the result as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: DriftOptions) => {
      const { runDrift } = await import('./run.ts');
      await runDrift(options, context);
    });
}

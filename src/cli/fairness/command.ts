import type { Command } from 'commander';
import { names, wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import { addModelOptions } from '../command/run-options.ts';
import type { FairnessCommandOptions } from './run.ts';

const help = `
Attributes that must not matter are declared with the agent: relations: [invariance({ field: 'applicant.sex', values:
['female', 'male'] })]. Each case is decided for every value of every attribute, with all else as it is, several trials
each; so a case costs as many trials as there are values. Approvals and amounts are then compared within each case. The
chance to tell of any difference where there is none is under 5 % for the whole report, however many attributes it looks
at, also when it is run once more with more trials.

Examples
  docket fairness --version v3                         every attribute that the agent declares
  docket fairness --version v3 --attributes sex,zip    only these
  docket fairness --version v3 --trials 20 --json

Exit codes
  0 no difference was found    1 decisions differ in an attribute    2 usage or configuration error, or the agent is never
  told of any attribute    3 something could not be run    129, 130, 143 interrupted`;

/** `docket fairness`: do decisions differ in what must not matter? */
export function addFairnessCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('fairness')
    .summary('do decisions differ in attributes that must not matter?')
    .description('Decides each case for every value of attributes that must not matter, and compares approvals and amounts.')
    .option('--version <name>', 'version to try (default: the current one)')
    .option('--attributes <list>', 'only these attributes, separated by commas', names)
    .option('--trials <number>', 'trials per case and value (default: from docket.config.ts)', wholeNumber(1))
    .option('-j, --concurrency <number>', 'maximum trials at once (default: from docket.config.ts)', wholeNumber(1))
    .option('--fresh', 'run everything again instead of reusing stored trials');
  addModelOptions(command, { batch: true })
    .option('--json', 'print the report as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: FairnessCommandOptions) => {
      const { runFairness } = await import('./run.ts');
      await runFairness(options, context);
    });
}

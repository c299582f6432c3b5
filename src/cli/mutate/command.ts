import { type Command, Option } from 'commander';
import { mutationFamilies } from '../../contracts/mutation-families.ts';
import { names, wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import type { MutateCommandOptions } from './run.ts';

const help = `
Plants known faults in a version of the agent, one at a time: in its prompt, its tools, the schema of its decision, its
model, and in the judge itself. The gate then judges each fault as if a pull request brought it. What passes survived:
a change like that would be merged. Runs on the simulated model, in this process; costs nothing. What a fault came to is
known until the agent, the suite or Docket changes, so a second run takes seconds. A run of all families writes
reports/mutation.json.

Examples
  docket mutate                               every fault, in the version that is deployed
  docket mutate --version v2 --family tools   only faults of tools
  docket mutate --draft                       draft the cases that would kill the survivors
  docket mutate --against origin/main         fail when the suite lets more through than main's
  docket mutate --json

Exit codes
  0 every fault was tried    1 with --against: the score fell    2 usage or configuration error
  3 the version itself could not be run    129, 130, 143 interrupted`;

/** `docket mutate`: which faults would the suite let through? */
export function addMutateCommand(program: Command, context: CommandContext): void {
  program
    .command('mutate')
    .summary('plant known faults: which would the suite let through?')
    .description('Plants known faults in a version, one at a time, and shows which of them the gate would let through.')
    .option('--version <name>', 'version to plant faults in (default: the current one)')
    .addOption(new Option('--family <names>', `only these families: ${mutationFamilies.join(', ')}`).argParser(names))
    .option('--trials <number>', 'runs of the version itself per case, as a baseline has them', wholeNumber(1), 10)
    .addOption(
      new Option('--against <ref>', 'compare with reports/mutation.json where this branch left main: the score must not fall').conflicts(
        'family',
      ),
    )
    .option('--draft', 'draft the cases that would kill survivors, for docket cases review')
    .option('--fresh', 'try every fault again')
    .option('-j, --concurrency <number>', 'maximum trials at once (default: from docket.config.ts)', wholeNumber(1))
    .option('--json', 'print the report as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: MutateCommandOptions) => {
      const { runMutate } = await import('./run.ts');
      await runMutate(options, context);
    });
}

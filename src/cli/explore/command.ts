import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { gateBudget, wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import { addModelOptions } from '../command/run-options.ts';
import type { ExploreCommandOptions } from './run.ts';

const help = `
Makes inputs that no case has: from the agent's input schema, near the cases, the boundaries and the borders of its
policy, or as the agent declares them (arbitraryInput). An input fails where the policy decides otherwise or a hard
scorer fails. It is a find when the same fault shows in 2 of 5 trials of it; each kind of fault is one find, on the
plainest input on which it still repeats. The budget counts every trial, those of shrinking too. A case is drafted of
each find, for docket cases review: the label comes from the reviewer. The same seed makes the same inputs. What was
seen is written to reports/exploration.json.

Examples
  docket explore                                 200 trials of the current version
  docket explore --version v1 --budget 500       more of another one
  docket explore --seed 7                        other inputs
  docket explore --mode live --budget '$2'       at most about two dollars (or 2usd, without quotes)
  docket explore --no-draft --json

Exit codes
  0 nothing found    1 something found    2 usage or configuration error    3 something could not run
  129, 130, 143 interrupted`;

/** `docket explore`: on which inputs does a version fail? */
export function addExploreCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('explore')
    .summary('hunt for inputs on which a version fails')
    .description('Hunts for inputs on which a version fails, shrinks each find to the plainest input, and drafts a case of it.')
    .option('--version <name>', 'version to explore (default: the current one)');
  addModelOptions(command, { record: false, budget: false })
    .option('--budget <trials>', "most trials, or '$5' for dollars", gateBudget)
    .option('--seed <number>', 'decides which inputs are made', seedNumber, 1)
    .option('--no-draft', 'draft no cases')
    .option('-j, --concurrency <number>', 'maximum trials at once (default: from docket.config.ts)', wholeNumber(1))
    .option('--json', 'print what was found as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: ExploreCommandOptions) => {
      const { runExplore } = await import('./run.ts');
      await runExplore(options, context);
    });
}

/** The largest seed that the generator tells from the others. */
const largestSeed = 2_147_483_647;

function seedNumber(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) <= largestSeed) return Number(text);
  throw new InvalidArgumentError(`Expected a whole number, 0 to ${largestSeed}.`);
}

import { type Command, Option } from 'commander';
import { gateBudget, names, wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import { addModelOptions } from '../command/run-options.ts';
import type { DraftCommandOptions } from './draft.ts';
import type { TryCommandOptions } from './try.ts';

const help = `
Examples
  docket version draft v4 --from v3 --changes P0-1,P0-2    write what the plan says
  docket version try v4 --against v3                       has each change kept its promise?`;

const draftHelp = `
The plan is reports/improvement-plan.json, as docket improve writes it. What it says word for word (a rule of the prompt, a
field) is written out. Where code is needed, a name stands that is declared nowhere, so that the version does not compile
before a person has written it. Each change is a commit of its own on a new branch that begins at HEAD; the checkout is
left as it is. Of an agent that answers by itself its own files are changed, and a patch is written as well. Calls no
model.

Examples
  docket version draft v4 --from v3                        all changes that a version can hold
  docket version draft v4 --from v3 --changes P0-1,P0-2    only these
  docket version draft v4 --from v3 --branch next          on a branch of that name (default: version/v4)

Exit codes
  0 drafted    2 usage error, no plan, a plan that does not fit, or a branch or version that is there; nothing was written
  129, 130, 143 interrupted`;

const tryHelp = `
Judges by the cases, labels and scorers of this checkout, so run it where they are right; the draft is found by its branch.
Both versions run on every case, stored trials first. Each promise is kept, broken, or not decidable with this many trials;
false discoveries are held to 5 % over all promises. The gate's own rounds say whether anything got worse. Then the version
is built without each change in turn, to see what that change does.

Examples
  docket version try v4 --against v3
  docket version try v4 --against v3 --trials 20           decides more promises
  docket version try v4 --against v3 --no-attribution      does not build the version without each change
  docket version try v4 --against v3 --budget 500          at most 500 trials in all

Exit codes
  0 nothing got worse and no promise is broken    1 regressed, or a promise is broken    2 usage or configuration error
  3 incomplete: something could not run    5 inconclusive    129, 130, 143 interrupted`;

/** `docket version`: the next version, drafted and tried. */
export function addVersionCommand(program: Command, context: CommandContext): void {
  const version = program
    .command('version')
    .summary('draft the next version from the plan, and try it')
    .description('Drafts the next version from an improvement plan, and tries whether it keeps what the plan promises.')
    .addHelpText('after', help);
  version
    .command('draft')
    .argument('<name>', 'the new version')
    .summary('write the accepted changes of the plan as commits on a branch')
    .description('Writes the next version from the accepted changes of the plan, one change a commit, on a new branch.')
    .requiredOption('--from <version>', 'version that it begins as')
    .option('--changes <ids>', 'accepted changes, separated by commas (default: all that a version can hold)', names)
    .option('--branch <name>', 'name of the new branch (default: version/<name>)')
    .option('--json', 'print the draft as JSON and nothing else on stdout')
    .addHelpText('after', draftHelp)
    .action(async (name: string, options: DraftCommandOptions) => {
      const { runDraft } = await import('./draft.ts');
      await runDraft(name, options, context);
    });
  const trying = version
    .command('try')
    .argument('<name>', 'the drafted version')
    .summary('check the promises of a draft, and judge it as the gate does')
    .description('Runs a drafted version beside the one before: which promises were kept, did anything get worse, and which change did it?')
    .requiredOption('--against <version>', 'version that it began as')
    .option('--branch <name>', 'branch or commit of the draft (default: version/<name>)')
    .option('--trials <number>', 'trials per case for the promises (default: from docket.config.ts)', wholeNumber(1))
    .addOption(new Option('--budget <amount>', "upper limit: 500 (trials) or '$5' (dollars)").argParser(gateBudget))
    .option('--no-attribution', 'do not build the version without each change')
    .option('-j, --concurrency <number>', 'maximum trials at once (default: from docket.config.ts)', wholeNumber(1));
  addModelOptions(trying, { record: false, budget: false })
    .option('--json', 'print the result as JSON and nothing else on stdout')
    .addHelpText('after', tryHelp)
    .action(async (name: string, options: TryCommandOptions) => {
      const { runTry } = await import('./try.ts');
      await runTry(name, options, context);
    });
}

import { type Command, Option } from 'commander';
import { modelModes } from '../../contracts/model-modes.ts';
import { wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import { addBatchOption, addShardOption, addWorkersOption } from '../command/run-options.ts';
import type { AcceptCommandOptions } from './run.ts';

const acceptHelp = `
Run it on main and commit reports/baseline.json: the gate compares against the counts on main. Counts keep growing as
long as the version, the scorers, and the case's input and label stay the same; otherwise they start over, and the output
says why. The mode is that of the committed baseline; a live baseline never turns into a simulated one by itself.

Examples
  docket baseline accept                         ten more runs per case, fifty at most
  docket baseline accept --trials 20 --most 100
  docket baseline accept --mode live             a first baseline with a real model
  docket baseline accept --mode live --batch     the same in batches: half price, up to a day a round
  docket baseline accept --shard 2/3             on the second of three machines; then docket merge, and accept

Exit codes
  0 written    2 usage, case or configuration error    3 something could not run; nothing was written    129, 130, 143 interrupted`;

const refreshHelp = `
Starts a new epoch: every case runs again, and none of the old counts or stored trials are used. For when the provider
has changed the model, or the file is damaged. Commit the file on main afterwards.

Examples
  docket baseline refresh
  docket baseline refresh --trials 20

Exit codes
  0 written    2 usage, case or configuration error    3 something could not run; nothing was written    129, 130, 143 interrupted`;

const showHelp = `
Shows each case with its counts and 95 % bounds (Wilson), the epoch, the age, and anything that keeps the gate from
relying on it. Calls no model.

Examples
  docket baseline show
  docket baseline show --json

Exit codes
  0 shown    2 no baseline, or a damaged one`;

/** `docket baseline`: how often the version on main passes each case. */
export function addBaselineCommand(program: Command, context: CommandContext): void {
  const baseline = program
    .command('baseline')
    .summary('write or show the counts that the gate compares against')
    .description('Works on reports/baseline.json: how often the version on main passes each case.');
  addShardOption(
    addRunOptions(
      baseline
        .command('accept')
        .summary('run the current version and add its counts')
        .description('Runs the current version and adds the counts to the baseline.'),
    ),
  )
    .addHelpText('after', acceptHelp)
    .action((options: AcceptCommandOptions) => accept(options, false, context));
  addRunOptions(
    baseline
      .command('refresh')
      .summary('run every case again and drop the old counts')
      .description('Runs the current version again in a new epoch and drops the old counts.'),
  )
    .addHelpText('after', refreshHelp)
    .action((options: AcceptCommandOptions) => accept(options, true, context));
  baseline
    .command('show')
    .summary('show the committed baseline')
    .description('Shows the committed baseline case by case.')
    .option('--json', 'print it as JSON and nothing else on stdout')
    .addHelpText('after', showHelp)
    .action(async (options: { readonly json?: boolean }) => {
      const { runShowBaseline } = await import('./run.ts');
      await runShowBaseline(options, context);
    });
}

function addRunOptions(command: Command): Command {
  return addWorkersOption(addBatchOption(command))
    .option('--trials <number>', 'runs to add per case', wholeNumber(1), 10)
    .option('--most <number>', 'maximum runs to keep per case', wholeNumber(1), 50)
    .addOption(new Option('--mode <mode>', "which model answers (default: the committed baseline's mode)").choices(modelModes))
    .option('-j, --concurrency <number>', 'maximum trials at once (default: from docket.config.ts)', wholeNumber(1))
    .option('--json', 'print the result as JSON and nothing else on stdout');
}

async function accept(options: AcceptCommandOptions, refresh: boolean, context: CommandContext): Promise<void> {
  const { shard } = options;
  if (shard) {
    const { runAcceptOfShard } = await import('./run.ts');
    await runAcceptOfShard({ ...options, shard }, context);
    return;
  }
  const { runAccept } = await import('./run.ts');
  await runAccept(options, refresh, context);
}

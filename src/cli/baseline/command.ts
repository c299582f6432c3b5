import { type Command, Option } from 'commander';
import { wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import type { AcceptCommandOptions } from './run.ts';

const acceptHelp = `
Run it on main and commit reports/baseline.json: a gate compares with the counts that main has. While version, scorers
and the case's input and label stay the same the counts grow; otherwise they begin anew, and the output says why. The
mode is the one of the committed baseline; a live one never becomes a simulated one by itself.

Examples
  docket baseline accept                         ten more runs a case, fifty at most
  docket baseline accept --trials 20 --most 100
  docket baseline accept --mode live             the first one with a real model

Exit codes
  0 written    2 wrong usage, case or configuration    3 something could not be run: nothing was written    129, 130, 143 interrupted`;

const refreshHelp = `
Opens a new epoch: every case is run anew and nothing of the old counts is kept, stored trials included. For a provider
that changed its model, and for a damaged file. Commit the file on main afterwards.

Examples
  docket baseline refresh
  docket baseline refresh --trials 20

Exit codes
  0 written    2 wrong usage, case or configuration    3 something could not be run: nothing was written    129, 130, 143 interrupted`;

const showHelp = `
Each case with its counts and Wilson's bounds (95 %), the epoch, the age, and what keeps a gate from relying on it.
Calls no model.

Examples
  docket baseline show
  docket baseline show --json

Exit codes
  0 shown    2 there is none, or it is damaged`;

/** `docket baseline`: how often the version on main passes each case. */
export function addBaselineCommand(program: Command, context: CommandContext): void {
  const baseline = program
    .command('baseline')
    .summary('write or show what the gate compares with')
    .description('Works on reports/baseline.json: how often the version on main passes each case.');
  addRunOptions(
    baseline
      .command('accept')
      .summary('run the current version and add its counts')
      .description('Runs the current version and adds the counts to the baseline.'),
  )
    .addHelpText('after', acceptHelp)
    .action((options: AcceptCommandOptions) => accept(options, false, context));
  addRunOptions(
    baseline
      .command('refresh')
      .summary('run it anew and keep no old counts')
      .description('Runs the current version anew, in a new epoch, and keeps no old counts.'),
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
  return command
    .option('--trials <number>', 'runs a case that are added', wholeNumber(1), 10)
    .option('--most <number>', 'most runs a case that are kept', wholeNumber(1), 50)
    .addOption(new Option('--mode <mode>', "who answers (the committed baseline's mode)").choices(['live', 'recorded', 'simulated']))
    .option('-j, --concurrency <number>', 'most trials in flight (from docket.config.ts)', wholeNumber(1))
    .option('--json', 'print the result as JSON and nothing else on stdout');
}

async function accept(options: AcceptCommandOptions, refresh: boolean, context: CommandContext): Promise<void> {
  const { runAccept } = await import('./run.ts');
  await runAccept(options, refresh, context);
}

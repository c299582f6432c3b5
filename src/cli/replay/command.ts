import { type Command, Option } from 'commander';
import { wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import { addModelOptions } from '../command/run-options.ts';
import type { ReplayCommandOptions } from './run.ts';

const help = `
TRIAL is version, case and number of a stored trial: v2/01-dti-exactly-at-cap/3; v2 and 1 may be left out where the
version is the current one and the trial the first. The answers of the model and the results of tools up to the changed
one are kept as they were, without a model call; then model and tools go on by themselves. What comes of it is shown
beside the original, and stored apart: it is never a trial of the version, for no gate and no baseline.

Examples
  docket replay --list                                   the newest trials, with the tools that they called
  docket replay v2/some-case/3 --tool look_up --with '{"amount": 12}'
  docket replay some-case --tool calc_dti --text 'Post-loan DTI: 44.9 %'
  docket replay some-case --tool calc_dti --call 2 --error 'no such account'
  docket replay some-case --tool calc_dti --timeout --trials 5
  docket replay some-case --faults                       is a tool that fails ever guessed around?
  docket replay 1a2b3c4d/some-case/1 --version v2 --tool calc_dti --empty
      a trial of another fingerprint, run on with v2 as it is now

Exit codes
  0 it was run on    1 with --faults: a tool that failed was guessed around    2 usage or configuration error, no such trial or call    3 something could not run
  129, 130, 143 interrupted`;

/** `docket replay`: what would the agent have done, had a tool said something else? */
export function addReplayCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('replay')
    .summary('run a stored trial on from a changed tool result')
    .description('Runs a stored trial on from a changed tool result, and shows both ends side by side.')
    .argument('[trial]', 'version/case/number')
    .option('--list', 'list the newest stored trials and what they called')
    .option('--tool <name>', 'the tool whose result is changed')
    .option('--call <number>', 'which call of it', wholeNumber(1), 1)
    .addOption(new Option('--with <json>', 'it says this').conflicts(['text', 'error', 'timeout', 'empty']))
    .addOption(new Option('--text <text>', 'it says this, word for word').conflicts(['error', 'timeout', 'empty']))
    .addOption(new Option('--error <text>', 'it fails with this').conflicts(['timeout', 'empty']))
    .addOption(new Option('--timeout', 'it does not answer in time').conflicts('empty'))
    .option('--empty', 'it says nothing')
    .addOption(
      new Option('--faults', 'each tool that was called, or the named one, fails in each way in turn').conflicts([
        'with',
        'text',
        'error',
        'timeout',
        'empty',
      ]),
    )
    .option('--version <name>', 'the version with which it goes on (default: that of the trial)')
    .option('--series <name>', 'series of the trial (default: the newest)')
    .option('--trials <number>', 'how often it is run on', wholeNumber(1), 1);
  addModelOptions(command, { record: false })
    .option('--fresh', 'run it on again instead of reusing what is stored')
    .option('-j, --concurrency <number>', 'maximum trials at once (default: from docket.config.ts)', wholeNumber(1))
    .option('--json', 'print the result as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (trial: string | undefined, options: ReplayCommandOptions) => {
      const { runReplay } = await import('./run.ts');
      await runReplay(trial, options, context);
    });
}

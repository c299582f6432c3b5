import { type Command, Option } from 'commander';
import { gateBudget, wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import type { GateCommandOptions } from './run.ts';

const help = `
Main is the merge-base of HEAD and main, checked out below .docket/worktrees; its counts are in its reports/baseline.json
(docket baseline accept). Every case is run a few times, suspicious ones more often, and no more than the budget
allows. Trials are stored: a re-run of the same change gives the same verdict and calls no model, and a larger budget
goes on where a smaller one ended. The verdict is written to reports/verdict.json, the page to reports/report.html.
An adaptive run never changes the baseline.

Changed cases, labels, scorers, options or baselines are listed first. Together with a changed agent they are inconclusive
at best, also with --on-inconclusive warn; alone they pass, so merge the rules first. A trial store that git tracks, or
tracked on this branch, is refused. With DOCKET_STORE_SECRET in the environment trials are signed, and only signed ones
are used again.

Examples
  docket gate                                    this checkout against main
  docket gate --against origin/release           against another branch
  docket gate --candidate v3 --budget 200        version 3, at most 200 model runs in all
  docket gate --budget '$5'                      at most about five dollars (5usd needs no quotation marks)
  docket gate --on-inconclusive warn             while rolling out: no verdict does not fail the check, unless a
                                                 critical case was wrongly approved twice
  docket gate --json > verdict.json

Exit codes
  0 pass, or waived    1 regressed    2 wrong usage, configuration or baseline    3 incomplete: something could not be run
  4 not evaluated: the agent changed and there is no key    5 inconclusive    70 a fault of Docket    129, 130, 143 interrupted`;

/** `docket gate`: did the agent get worse than main's? */
export function addGateCommand(program: Command, context: CommandContext): void {
  program
    .command('gate')
    .summary('judge whether this checkout is worse than main')
    .description("Judges whether this checkout's agent got worse than main's, with as few model runs as that takes.")
    .option('--candidate <version>', 'version of this checkout to judge (the current one)')
    .option('--against <ref>', 'branch, tag or commit to compare with (origin/HEAD, main or master)')
    .option('--budget <amount>', "most that may be used: 200 (model runs) or '$5' (dollars); gate.budget of the configuration", gateBudget)
    .addOption(new Option('--on-inconclusive <what>', 'whether an inconclusive verdict fails').choices(['fail', 'warn']).default('fail'))
    .addOption(new Option('--mode <mode>', "who answers (the baseline's own mode)").choices(['live', 'recorded', 'simulated']))
    .option('-j, --concurrency <number>', 'most trials in flight (from docket.config.ts)', wholeNumber(1))
    .option('--json', 'print the verdict as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: GateCommandOptions) => {
      const { runGateCommand } = await import('./run.ts');
      await runGateCommand(options, context);
    });
}

import { type Command, Option } from 'commander';
import { modelModes } from '../../contracts/model-modes.ts';
import { gateBudget, wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import { addShardOption } from '../command/run-options.ts';
import type { GateCommandOptions } from './run.ts';

const help = `
Main is the merge base of HEAD and main, checked out outside the repository; its counts are in its own
reports/baseline.json (docket baseline accept). Every case runs a few times, suspicious ones more often, within the
budget. Trials are stored: rerunning the same change gives the same verdict without calling a model, and a larger budget
continues where a smaller one ended. The verdict is written to reports/verdict.json, the page to reports/report.html.
The gate never changes the baseline.

Changed cases, labels, scorers, options or baselines are listed first. If the agent changed too, another person must
approve those rules: by a review of the pull request on GitHub, elsewhere by --approved-by with the hash that the gate
printed. Without an agent change they pass, so merging the rules first always works. A trial store that git tracks, or
tracked earlier on this branch, is refused. With DOCKET_STORE_SECRET in the environment trials are signed, and only
signed ones are reused.

Examples
  docket gate                                    this checkout against main
  docket gate --against origin/release           against another branch
  docket gate --candidate v3 --budget 200        version 3, at most 200 model runs in all
  docket gate --budget '$5'                      at most about five dollars (or 5usd, without quotes)
  docket gate --on-inconclusive warn             for a roll-out: an inconclusive verdict does not fail the check, unless a critical case had two false approvals
  docket gate --approved-by Ada --rules 5c1e…    Ada approved the rules with that hash (refused on GitHub)
  docket gate --shard 2/3                        on the second of three machines; then docket merge, and docket gate
  docket gate --json > verdict.json

Exit codes
  0 pass, or waived; of a shard: its trials are stored    1 regressed    2 usage, configuration or baseline error    3 incomplete: something could not run
  4 not evaluated: the agent changed and there is no key    5 inconclusive    6 needs approval
  70 a bug in Docket    129, 130, 143 interrupted`;

/** `docket gate`: did the agent get worse than main's? */
export function addGateCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('gate')
    .summary('decide whether this checkout is worse than main')
    .description("Judges whether this checkout's agent is worse than main's, with as few model runs as possible.")
    .option('--candidate <version>', 'version of this checkout to judge (default: the current one)')
    .option('--against <ref>', 'branch, tag or commit to compare with (default: origin/HEAD, main or master)')
    .option('--budget <amount>', "upper limit: 200 (model runs) or '$5' (dollars) (default: gate.budget in docket.config.ts)", gateBudget)
    .addOption(
      new Option('--on-inconclusive <what>', 'whether an inconclusive verdict fails the check').choices(['fail', 'warn']).default('fail'),
    )
    .addOption(new Option('--mode <mode>', "which model answers (default: the baseline's mode)").choices(modelModes))
    .option('--approved-by <name>', 'who approved the proposed rules, outside GitHub (with --rules)')
    .option('--rules <hash>', 'hash of the proposed rules that were approved, as the gate printed it')
    .option('-j, --concurrency <number>', 'maximum trials at once (default: from docket.config.ts)', wholeNumber(1));
  addShardOption(command, ['approvedBy', 'rules'])
    .option('--json', 'print the verdict as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: GateCommandOptions) => {
      const { shard } = options;
      if (shard) {
        const { runGateShardCommand } = await import('../shard/run-gate.ts');
        await runGateShardCommand({ ...options, shard }, context);
        return;
      }
      const { runGateCommand } = await import('./run.ts');
      await runGateCommand(options, context);
    });
}

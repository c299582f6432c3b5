import type { Command } from 'commander';
import { plainLine } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { addModelOptions, addShardOption, addTrialOptions, addWorkersOption } from '../command/run-options.ts';
import type { CompareOptions } from './run.ts';

const help = `
Cases that differ come first: flipped to fail (passed every run, now none), worse, flipped to pass, better (the
reverse), decision changed (passes as often, but decides differently), and last the same. Free text such as the
reasoning is not compared.
A page with every transcript side by side is written to reports/comparison/report.html.

Examples
  docket compare v1 v2
  docket compare v2 v2@claude-haiku-5-5 --trials 10
  docket compare v1 v1/v2 --json
  docket compare v1 v2 --shard 1/3               on the first of three machines; then docket merge, and docket compare

Exit codes
  0 the comparison is complete, whatever it shows: it informs, docket eval judges
  2 usage, case or configuration error    3 something could not run    70 a bug in Docket    129, 130, 143 interrupted`;

/** `docket compare`: two versions, the cases that differ first. */
export function addCompareCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('compare')
    .summary('show where two versions differ')
    .description('Runs two versions on the same cases and shows first the cases in which they differ.')
    .argument('<from>', 'a version, for example v1')
    .argument('<to>', 'the version it is compared with, for example v2');
  addWorkersOption(addShardOption(addModelOptions(addTrialOptions(command)), ['fresh']))
    .option('--json', 'print the comparison as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (from: string, to: string, options: CompareOptions, self: Command) => {
      if (from === to) self.error(`error: "${plainLine(from)}" was given twice; a comparison needs two different versions.`);
      const { shard } = options;
      if (shard) {
        const { runShard } = await import('../shard/run.ts');
        await runShard('compare', { ...options, shard, versions: [from, to] }, context);
        return;
      }
      const { runCompare } = await import('./run.ts');
      await runCompare([from, to], options, context);
    });
}

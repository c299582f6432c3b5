import type { Command } from 'commander';
import type { CommandContext } from '../command/command-context.ts';

const help = `
Shards (--shard 1/3) divide trials by how long they take. All shards of a run must know the same, so it stands in a file
that is committed: reports/durations.json, a line a case. Without the file, or for a case that is not in it, every case is
taken to last as long as the usual one. It is measured by the trials that were stored last; an entry changes only where it
is off by more than a quarter. Calls no model, and judges nothing.

Examples
  docket durations                               after docket eval, docket gate or docket merge
  docket durations --json

Exit codes
  0 written    2 no trial is stored, or a case, the store or the file cannot be used`;

/** `docket durations`: how long cases take, for those who divide them. */
export function addDurationsCommand(program: Command, context: CommandContext): void {
  program
    .command('durations')
    .summary('measure how long cases take, for --shard')
    .description('Writes how long a trial of each case takes to reports/durations.json, by which shards are balanced.')
    .option('--json', 'print the durations as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: { readonly json?: boolean }) => {
      const { runDurations } = await import('./run.ts');
      await runDurations(options, context);
    });
}

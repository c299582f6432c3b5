import type { Command } from 'commander';
import type { CommandContext } from '../command/command-context.ts';
import type { MergeOptions } from './run.ts';

const help = `
Each shard of a run (--shard 1/3) leaves a folder, .docket/shards/1-of-3, with its trials. Merged, the run goes on as if one
machine had run them: the same command without --shard reuses what is there and runs only what is missing. The order does
not matter, and merging something twice changes nothing. Shards of another commit, agent, mode, number of shards or plan
are refused; of a trial that two machines ran, the run that began first stays, and is named.

A shard runs code of the change that is judged. So a gate's trials are taken only when they are signed with
DOCKET_STORE_SECRET. Nothing of the project is loaded here.

Where DOCKET_STORE names a team's database, all of it goes there. Of a trial that is there already with another content
the one in the database stays, and is named.

Examples
  docket merge downloads                         a folder with the folders of all shards
  docket merge shard-1 shard-2 --into state/docket.db
  docket merge ../other-machine/.docket/docket.db

Exit codes
  0 merged, and nothing is missing    2 not a store, or not of one run; nothing was merged
  3 merged, but something is missing: a shard, trials that could not run, trials that nobody signed (--allow-missing: 0)`;

/** `docket merge`: the stores of several machines become one. */
export function addMergeCommand(program: Command, context: CommandContext): void {
  program
    .command('merge')
    .summary('merge the stores of shards')
    .description('Merges the trial stores of shards, or of other machines, into one.')
    .argument('<from...>', 'stores, folders of shards, or folders with such folders')
    .option(
      '--into <file>',
      'store that takes all of it (default: the database of DOCKET_STORE, or .docket/docket.db beside docket.config.ts)',
    )
    .option('--allow-missing', 'succeed although something is missing: whoever judges runs it')
    .option('--trust-unsigned', "without a secret: take a gate's trials although nothing shows who ran them")
    .option('--json', 'print what came of it as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (from: string[], options: MergeOptions) => {
      const { runMerge } = await import('./run.ts');
      await runMerge(from, options, context);
    });
}

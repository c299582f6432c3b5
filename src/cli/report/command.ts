import type { Command } from 'commander';
import type { CommandContext } from '../command/command-context.ts';

const openHelp = `
Prints the path of the newest page (reports/report.html of a gate, reports/comparison/report.html of a comparison) and
opens it in a browser where a person looks on and there is one.

Examples
  docket report open
  docket report open | xargs ls -l               the path alone

Exit codes
  0 there is a page    2 there is none yet`;

const mergeHelp = `
Joins comparisons of the same two versions over different cases, the shards of a run, into one report in every form.
Verdicts cannot be joined: a verdict rests on all cases of a suite at once.

Examples
  docket report merge shard-1/comparison.json shard-2/comparison.json -o reports/merged

Exit codes
  0 written    2 a file is no comparison, or they do not fit together`;

/** `docket report`: the pages that other commands wrote. */
export function addReportCommand(program: Command, context: CommandContext): void {
  const report = program.command('report').summary('open or merge reports').description('Works on reports that other commands wrote.');
  report
    .command('open')
    .summary('open the newest page in a browser')
    .description('Prints the path of the newest page and opens it in a browser.')
    .option('--json', 'print the path as JSON and open nothing')
    .addHelpText('after', openHelp)
    .action(async (options: { readonly json?: boolean }) => {
      const { openReport } = await import('./run.ts');
      await openReport(options, context);
    });
  report
    .command('merge')
    .summary('join the reports of shards')
    .description('Joins comparison.json files of shards into one report.')
    .argument('<files...>', 'comparison.json files')
    .requiredOption('-o, --output <folder>', 'folder that the joined report is written to')
    .option('--json', 'print what was written as JSON and nothing else on stdout')
    .addHelpText('after', mergeHelp)
    .action(async (files: string[], options: { readonly output: string; readonly json?: boolean }) => {
      const { mergeReports } = await import('./run.ts');
      mergeReports(files, options, context);
    });
}

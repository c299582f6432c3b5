import type { Command } from 'commander';
import type { CommandContext } from '../command/command-context.ts';

const openHelp = `
Prints the path of the newest page (reports/report.html from the gate, reports/comparison/report.html from a comparison)
and, in an interactive terminal, opens it in a browser.

Examples
  docket report open
  docket report open | xargs ls -l               only the path

Exit codes
  0 found    2 there is no page yet`;

const mergeHelp = `
Merges comparisons of the same two versions over different cases into one report, in every format. Shards of one run
(--shard) leave trials and no report: docket merge joins those, and docket compare then writes the report of all. A file may have any size as long as it is as Docket wrote it; one that was formatted anew is read up to 200 MB.
Verdicts cannot be merged: a verdict depends on all cases of the suite at once.

Examples
  docket report merge borders/comparison.json others/comparison.json -o reports/merged

Exit codes
  0 written    2 a file is not a comparison, or the files do not belong together`;

/** `docket report`: the pages that other commands wrote. */
export function addReportCommand(program: Command, context: CommandContext): void {
  const report = program
    .command('report')
    .summary('open or merge reports')
    .description('Opens or merges reports that other commands wrote.');
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
    .summary('merge comparisons over different cases')
    .description('Merges comparison.json files over different cases into one report.')
    .argument('<files...>', 'comparison.json files')
    .requiredOption('-o, --output <folder>', 'folder for the merged report')
    .option('--json', 'print what was written as JSON and nothing else on stdout')
    .addHelpText('after', mergeHelp)
    .action(async (files: string[], options: { readonly output: string; readonly json?: boolean }) => {
      const { mergeReports } = await import('./run.ts');
      await mergeReports(files, options, context);
    });
}

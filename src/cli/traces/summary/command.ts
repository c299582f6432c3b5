import { type Command, Option } from 'commander';
import { wholeNumber } from '../../command/arguments.ts';
import type { CommandContext } from '../../command/command-context.ts';
import { pointInTime } from '../../command/time-arguments.ts';
import type { SummaryOptions } from './run.ts';

const help = `
Adds up runs: errors, findings, duration, tokens, dollars at list prices, calls of models and tools, and what stands out.
p95 is the nearest rank. A run is an outlier when its figure lies beyond Tukey's outer fence and twice the median; of
fewer than eight runs none is named. Findings are those that "docket traces score" stored. Days are in UTC.

Examples
  docket traces summary --since 7d
  docket traces summary --by version
  docket traces summary --by day --agent underwriter --json

Exit codes
  0 summed up, even if there are none    2 usage error, or no traces were ever stored    129, 130, 143 interrupted`;

/** `docket traces summary`: what many runs come to. */
export function addTracesSummaryCommand(traces: Command, context: CommandContext): void {
  traces
    .command('summary')
    .summary('add up many traces: errors, time, tokens, dollars, calls')
    .description('Adds up traces: errors, findings, duration, tokens, dollars and calls, with outliers.')
    .option('--agent <name>', 'only traces of this agent')
    .option('--since <time>', 'only traces that started at this time or later: 7d (ago), 2026-11-23', (text) => pointInTime(text))
    .option('--until <time>', 'only traces that started before this time', (text) => pointInTime(text))
    .option('--newest <number>', 'only the newest so many of them (default: all)', wholeNumber(1))
    .addOption(new Option('--by <group>', 'a summary of each group as well').choices(['version', 'model', 'day']))
    .option('--json', 'print the summary as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: SummaryOptions) => {
      const { runSummary } = await import('./run.ts');
      await runSummary(options, context);
    });
}

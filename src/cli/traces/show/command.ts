import type { Command } from 'commander';
import type { CommandContext } from '../../command/command-context.ts';
import type { ShowOptions } from './run.ts';

const help = `
Shows the tree of spans: the agent, its model calls with questions and answers, its tool calls with arguments and
results, the decision, the scores, and what is missing or looks wrong. Long texts are cut; --full shows them whole.

Examples
  docket traces show 5b8efff798038103d269b633813fc60c
  docket traces show 5b8e --full                 the beginning of an id is enough if only one matches
  docket traces show 5b8e --json                 everything that was understood; --raw: the spans as received

Exit codes
  0 shown    2 there is no such trace`;

/** `docket traces show`: one trace as a tree. */
export function addTracesShowCommand(traces: Command, context: CommandContext): void {
  traces
    .command('show')
    .summary('show one trace as a tree')
    .description('Shows one trace as a tree of model calls and tool calls, with decision and scores.')
    .argument('<trace>', 'trace id, or its beginning')
    .option('--full', 'do not cut long texts')
    .option('--json', 'print the trace and its scores as JSON and nothing else on stdout')
    .option('--raw', 'print the stored spans as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (trace: string, options: ShowOptions) => {
      const { runShow } = await import('./run.ts');
      await runShow(trace, options, context);
    });
}

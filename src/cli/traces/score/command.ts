import type { Command } from 'commander';
import type { CommandContext } from '../../command/command-context.ts';
import { pointInTime } from '../../command/time-arguments.ts';
import type { ScoreCommandOptions } from './run.ts';

const help = `
Asks each scorer of the agent about every stored trace that holds what the scorer needs. A scorer declares its "needs":
nothing ([], as trajectory and budget), the whole input (self-consistency), or a label; the policy's answer stands in for
a label (expected-decision, called policy-agreement here). A scorer of your own that declares nothing is assumed to need
both. Scorers that were not asked are listed at the end, with the reason.

Scores are kept beside the traces, for "docket traces ls --finding <code>", "docket cases draft" and "docket cases
review"; these two score a trace only if it is new or the scorers have changed. Scoring again replaces the scores. Calls
no model.

Examples
  docket traces score
  docket traces score --since 24h
  docket traces score --all-agents --json

Exit codes
  0 scored    2 usage error, or there are no traces    129, 130, 143 interrupted: what is scored is kept`;

/** `docket traces score`: what the scorers say of production. */
export function addTracesScoreCommand(traces: Command, context: CommandContext): void {
  traces
    .command('score')
    .summary('score traces without a label')
    .description('Scores stored traces with each scorer that finds what it needs.')
    .option('--agent <name>', 'only traces of this agent (default: the configured agent)')
    .option('--all-agents', 'traces of every agent')
    .option('--since <time>', 'only traces since then: a date, or 7d, 24h, 30m ago', (text) => pointInTime(text))
    .option('--until <time>', 'only traces before then', (text) => pointInTime(text))
    .option('--json', 'print the result as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: ScoreCommandOptions) => {
      const { runScoreTraces } = await import('./run.ts');
      await runScoreTraces(options, context);
    });
}

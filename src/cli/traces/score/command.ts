import type { Command } from 'commander';
import type { CommandContext } from '../../command/command-context.ts';
import { pointInTime } from '../../command/time-arguments.ts';
import type { ScoreCommandOptions } from './run.ts';

const help = `
Runs each of the agent's scorers on every stored trace that has what the scorer needs. A scorer says what it "needs":
nothing ([], such as trajectory and budget), the complete input (self-consistency), or a label. Traces have no label, so
the policy's answer is used instead (expected-decision is then called policy-agreement). A scorer of your own that says
nothing is assumed to need both input and label. Scorers that could not be run are listed at the end, with the reason.

Scores are stored with the traces. "docket traces ls --finding <code>", "docket cases draft" and "docket cases review" use
them; draft and review score a trace again only if the scorers have changed. Running this command again replaces the
scores, except those of async scorers, which are asked only once. Docket itself calls no model.

Examples
  docket traces score
  docket traces score --since 24h
  docket traces score --all-agents --json

Exit codes
  0 scored    2 usage error, or there are no traces    3 a scorer failed; run it again    129, 130, 143 interrupted: what is scored is kept`;

/** `docket traces score`: what the scorers say of production. */
export function addTracesScoreCommand(traces: Command, context: CommandContext): void {
  traces
    .command('score')
    .summary('score traces without a label')
    .description('Runs the scorers on stored traces, without a label.')
    .option('--agent <name>', 'only traces of this agent (default: the configured agent)')
    .option('--all-agents', 'traces of every agent')
    .option('--since <time>', 'only traces from this time on: a date, or 7d, 24h, 30m (ago)', (text) => pointInTime(text))
    .option('--until <time>', 'only traces before this time', (text) => pointInTime(text))
    .option('--json', 'print the result as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: ScoreCommandOptions) => {
      const { runScoreTraces } = await import('./run.ts');
      await runScoreTraces(options, context);
    });
}

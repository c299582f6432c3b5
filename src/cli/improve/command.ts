import { type Command, Option } from 'commander';
import { wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import { addModelOptions } from '../command/run-options.ts';
import { pointInTime } from '../command/time-arguments.ts';
import type { ImproveCommandOptions } from './improve-options.ts';

const help = `
Reads recorded runs of one version with what the scorers say of them, looks for known kinds of problems, and writes a
plan: what is wrong, how often, in which runs, with the tool's words and the policy's arithmetic quoted; whether tool,
prompt, schema, flow or model is to blame, and where in the sources; what works; and changes in six groups, each with
what it promises to improve and what must not move. No model is called, and nothing of the agent is changed. What runs
say is quoted and never obeyed. Runs that nobody has scored are scored in passing.

Examples
  docket improve                                 all traces of the deployed version
  docket improve --since 24h --version v1        of another one, of the last day
  docket improve --from-trials --version v1      the stored trials of docket eval, case by case
  docket improve --since 30d --most 100000       every one of very many, which takes its time
  docket improve --from-trials --against v1      and where they differ from version 1's: decisions, courses, cost
  docket improve --since 7d --against-window 14d and where the last week differs from the one before
  docket improve --json

--with-model asks a model once what it makes of the problems. Each of its claims has to name a problem, and each figure and
quotation has to stand there; what does not hold is dropped and counted. Its changes of the prompt are changes of the plan.
  docket improve --with-model --budget 1

--search looks for a better prompt: a model is shown failing trials and proposes other prompts, at most so many, which are
tried on two thirds of the cases. The best is held against the original on the other third, which nobody has seen, once:
reports/held-out.json keeps which cases were looked at, and none is held out a second time. What it may cost is said
beforehand. Without a key the proposer is a simulated one, and is called so.
  docket improve --search 20 --version v2 --mode simulated
  docket improve --search 20 --version v2 --budget 5

Exit codes
  0 a plan was written, even if there is nothing to change    2 usage error, or no runs
  3 the plan could not be written, a model said nothing, or a search came to no end    129, 130, 143 interrupted`;

/** `docket improve`: what would the next version have to do better? */
export function addImproveCommand(program: Command, context: CommandContext): void {
  const improve = program
    .command('improve')
    .summary('read traces or trials and plan the next version')
    .description('Finds problems in recorded runs and writes an improvement plan: reports/improvement-plan.md and .json.')
    .option('--since <time>', 'only traces from this time on: a date, or 7d, 24h, 30m (ago)', (text) => pointInTime(text))
    .option('--until <time>', 'only traces before this time', (text) => pointInTime(text))
    .option('--version <name>', 'version to plan for; traces that name no known version are taken for it (default: the current one)')
    .option('--agent <name>', 'only traces of this agent (default: the configured agent)')
    .option('--all-agents', 'traces of every agent')
    .addOption(
      new Option('--from-trials', 'read the stored trials of docket eval and not the traces').conflicts([
        'since',
        'until',
        'agent',
        'allAgents',
      ]),
    )
    .option('--redact', 'take personal data out of what runs and people said, so that the plan may be published')
    .option('--series <name>', 'with --from-trials: trials of this series', 'eval')
    .option(
      '--most <number>',
      'read at most so many traces whole; of more, so many are drawn at random by their ids',
      wholeNumber(1),
      10_000,
    )
    .addOption(
      new Option('--search <number>', 'search a better prompt by at most so many proposals of a model, on the cases')
        .argParser(wholeNumber(1))
        .conflicts(['since', 'until', 'agent', 'allAgents', 'fromTrials']),
    )
    .addOption(
      new Option('--against <version>', 'also say where the runs differ from those of this version').conflicts(['againstWindow', 'search']),
    )
    .addOption(
      new Option('--against-window <time>', 'also say where the runs since --since differ from those between this time and then')
        .argParser((text: string) => pointInTime(text))
        .conflicts(['fromTrials', 'search']),
    )
    .addOption(
      new Option('--with-model', 'have a model say what it makes of the plan; only what holds against the evidence stays').conflicts(
        'search',
      ),
    )
    .option('--trials <number>', 'with --search: trials of each prompt on each case', wholeNumber(1), 3)
    .option('--seed <number>', 'with --search: another row of luck', wholeNumber(0), 1)
    .option('--proposer <model>', "with --search or --with-model: the model that is asked (default: the version's own)");
  addModelOptions(improve, { record: false })
    .option('--json', 'print the plan as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: ImproveCommandOptions) => {
      const { runImprove } = await import('./run.ts');
      await runImprove(options, context);
    });
}

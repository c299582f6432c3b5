import type { Command } from 'commander';
import { wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import { addModelOptions } from '../command/run-options.ts';
import type { CalibrateCommandOptions } from './run.ts';

const help = `
A judge is a scorer that asks a model: judge({ rubric, model }), or a model-graded assertion of promptfoo. It only informs
until it was held against labels of people, and decides only while few enough wrong works pass it: the upper 95 % bound
of that share, for works as they are and for works that ask to pass, is at most its maxFalsePass (10 % by default).

Labels are JSON lines, JSON, YAML or a table, a row for each work:
  {"input": {…}, "decision": {…}, "verdict": "fail", "reviewer": "…"}
and optionally "text" or "reasoning", what the agent said. Label works of both kinds, and at least 29 that fail.

Each work is judged again, with its parts in another order, at greater length, and, where people failed it, with a text
that asks the judge to pass it. What the judge said is kept: the same command asks nothing twice.
reports/judges/<name>.json is to be committed; the gate reads it from main.

Examples
  docket judge calibrate --labels labels.jsonl
  docket judge calibrate tone --labels tone.csv --repeats 3 --budget 5
  docket judge calibrate tone --labels tone.csv --json

Exit codes
  0 the judge decides    1 it only informs    2 usage or configuration error, or labels from which nothing follows
  3 an answer did not come    129, 130, 143 interrupted`;

/** `docket judge`: are those that judge by a model any good? */
export function addJudgeCommand(program: Command, context: CommandContext): void {
  const judge = program
    .command('judge')
    .summary('hold a model that judges against labels of people')
    .description('Judges the judges: holds scorers that ask a model against labels of people.');
  const calibrate = judge
    .command('calibrate')
    .summary('may it decide?')
    .description('Asks a judge about works that people have judged, and writes what came of it to reports/judges/.')
    .argument('[name]', 'name of the judge (default: the only one)')
    .requiredOption('--labels <file>', 'labels of people: JSON lines, JSON, YAML or CSV')
    .option('--repeats <number>', 'how often each work is judged as it is', wholeNumber(1), 2);
  addModelOptions(calibrate)
    .option('--json', 'print the result as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (name: string | undefined, options: CalibrateCommandOptions) => {
      const { runCalibrate } = await import('./run.ts');
      await runCalibrate(name, options, context);
    });
}

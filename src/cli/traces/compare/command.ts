import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../../command/command-context.ts';
import { pointInTime } from '../../command/time-arguments.ts';
import type { CompareOptions } from './run.ts';

const help = `
Compares runs that were recorded elsewhere and came with a score: an evaluation event, or a reward beside a list of
messages. Each task is one row, with passes and runs of both sides; the test is exact and stratified by task, for these
very tasks. It shows a difference at 5 %, both directions together. No model is called, and nothing is promised of
other tasks. --by task finds the attributes task, task_id and record.task_id.

Examples
  docket traces import gpt-4o.json --agent gpt-4o
  docket traces import sonnet.json --agent sonnet
  docket traces compare --by task --group agent=gpt-4o,sonnet
  docket traces compare --by task --group model=m-1,m-2 --score quality --pass-at 0.8 --json
  docket traces compare --by task --group agent=gpt-4o,sonnet --output comparison.html

Exit codes
  0 compared, whatever came of it    2 usage error, no such runs, or no score    129, 130, 143 interrupted`;

/** `docket traces compare`: recorded runs of two sides, task by task. */
export function addTracesCompareCommand(traces: Command, context: CommandContext): void {
  traces
    .command('compare')
    .summary('compare recorded runs of two sides, task by task')
    .description('Compares recorded runs of two sides, task by task, by the scores that they came with.')
    .requiredOption('--by <task>', 'what tells the tasks apart: task, or the name of an attribute')
    .requiredOption('--group <name=a,b>', 'what tells the sides apart: agent, model, version or an attribute, and its two values', sidesOf)
    .option('--score <name>', 'score that decides whether a run passed (default: the only one there is)')
    .option('--pass-at <value>', 'a run passes from this value on', numberOf, 0.999999)
    .option('--since <time>', 'only runs that started at this time or later: 7d (ago), 2026-11-23', (text) => pointInTime(text))
    .option('--until <time>', 'only runs that started before this time', (text) => pointInTime(text))
    .option('--output <file>', 'also write it as one page for a browser: comparison.html')
    .option('--json', 'print the comparison as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: CompareOptions) => {
      const { runCompare } = await import('./run.ts');
      await runCompare(options, context);
    });
}

function sidesOf(text: string): CompareOptions['group'] {
  const [, name, one, other] = /^([^=]+)=([^,]+),([^,]+)$/.exec(text) ?? [];
  if (name === undefined || one === undefined || other === undefined || one === other)
    throw new InvalidArgumentError('Expected a name and two different values: agent=a,b.');
  return { name, values: [one, other] };
}

function numberOf(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.');
  return value;
}

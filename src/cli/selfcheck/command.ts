import type { Command } from 'commander';
import { wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import type { SelfCheckOptions } from './run.ts';

const help = `
Simulates the gate on the committed baseline against itself and against versions known to be worse, with pass rates drawn
from its counts. The share of unchanged agents that get blocked must not exceed what the gate's options promise, 5 % by
default. Calls no model; the same seed gives the same figures.

Examples
  docket selfcheck
  docket selfcheck --repetitions 1000 --seed 7
  docket selfcheck --json

Exit codes
  0 the gate keeps its promise on this suite    1 it blocks unchanged agents too often, or never blocks    2 no baseline`;

/** `docket selfcheck`: does the gate keep its word on this suite? */
export function addSelfCheckCommand(program: Command, context: CommandContext): void {
  program
    .command('selfcheck')
    .summary('check the gate itself: false blocks and detection on this suite')
    .description('Simulates unchanged and known-bad versions and shows how often the gate blocks each.')
    .option('--repetitions <number>', 'simulated changes per row', wholeNumber(1), 200)
    .option('--seed <number>', 'random seed', wholeNumber(0), 1)
    .option('--json', 'print the result as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: SelfCheckOptions) => {
      const { runSelfCheck } = await import('./run.ts');
      await runSelfCheck(options, context);
    });
}

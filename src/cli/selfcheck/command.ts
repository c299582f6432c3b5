import type { Command } from 'commander';
import { wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import type { SelfCheckOptions } from './run.ts';

const help = `
Plays the committed baseline against itself and against versions that are known to be worse, with pass rates drawn from
its counts. The share of unchanged agents that are blocked must not be above what the gate's options promise, 5 % by
default. Calls no model; the same seed gives the same figures.

Examples
  docket selfcheck
  docket selfcheck --repetitions 1000 --seed 7
  docket selfcheck --json

Exit codes
  0 the gate keeps its word on this suite    1 it blocks unchanged agents too often, or never blocks    2 no baseline`;

/** `docket selfcheck`: does the gate keep its word on this suite? */
export function addSelfCheckCommand(program: Command, context: CommandContext): void {
  program
    .command('selfcheck')
    .summary('check the gate itself: false blocks and detection on this suite')
    .description('Plays unchanged and known-bad versions through the gate, and says how often it blocks which.')
    .option('--repetitions <number>', 'changes that are played a row', wholeNumber(1), 200)
    .option('--seed <number>', 'seed of the random numbers', wholeNumber(0), 1)
    .option('--json', 'print the result as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: SelfCheckOptions) => {
      const { runSelfCheck } = await import('./run.ts');
      await runSelfCheck(options, context);
    });
}

import type { Command } from 'commander';
import { wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import { addModelOptions } from '../command/run-options.ts';
import type { WorkerOptions } from './run.ts';

const help = `
Runs trials that docket eval, compare and baseline accept ask for with --workers, in the shared store that DOCKET_STORE
names. Any number of workers on any number of machines share them; each in a checkout of the run's commit: a worker
takes trials of exactly its own versions and refuses others. They share one pace of calls, and the run's budget.

SIGTERM or Ctrl-C lets what runs come to its end, for --drain seconds at most, and leaves the rest to others. A worker
that is killed is missed within seconds (from another machine after twenty), and what it had is run by others; have it
restarted by whatever keeps your services.

Examples
  docket worker                                  as many trials at once as docket.config.ts says
  docket worker -j 50 --mode live                fifty at once, never by the simulated model
  docket worker --idle 300                       for a batch system: ends when nobody wanted anything for five minutes

Exit codes
  0 ended by Ctrl-C, or idle    129, 143 by a closed terminal or SIGTERM    2 usage error, or no shared store
  3 stopped: it can run nothing (its key is refused, say), its files have changed, or the store is out of reach`;

/** `docket worker`: runs trials that others want. */
export function addWorkerCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('worker')
    .summary('run trials for --workers, one of any number of machines')
    .description('Runs trials that others want, until it is told to end.')
    .option('-j, --concurrency <number>', 'maximum trials at once (default: from docket.config.ts)', wholeNumber(1))
    .option('--idle <seconds>', 'end after so long without a trial to run (default: never)', wholeNumber(1))
    .option('--drain <seconds>', 'how long what runs may take once it is told to end', wholeNumber(0), 60);
  addModelOptions(command, { record: false, budget: false })
    .option('--json', 'print at the end what it did as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: WorkerOptions) => {
      const { runWorker } = await import('./run.ts');
      await runWorker(options, context);
    });
}

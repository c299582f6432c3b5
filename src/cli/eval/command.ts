import type { Command } from 'commander';
import { names, wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import { addModelOptions, addTrialOptions } from '../command/run-options.ts';
import type { EvalOptions } from './run.ts';

const help = `
A version is a name (v2), a prompt and the tools of another version (v1/v2 is the prompt of v1 with the tools
of v2), or a name on another model (v2@claude-haiku-5-5). Trials are stored: what was run once is reused, so a
second run costs nothing, and an interrupted one goes on where it stopped. The report is also written to
reports/evaluation.json. With OTEL_EXPORTER_OTLP_ENDPOINT every trial is sent there as a trace.

Examples
  docket eval                                    the versions of docket.config.ts on all cases
  docket eval 3 --versions v2 --trials 10        version 2 on the first three cases, ten trials each
  docket eval --case 05-high-income-terrible-credit --trials 20 -j 20
      one case, twenty trials, all in flight
  docket eval --versions v1,v1/v2,v2/v1,v2       prompt and tools crossed: which change cured what
  docket eval --json > evaluation.json           for another program

Exit codes
  0 every trial of the current version passed    1 some failed    2 wrong usage, case or configuration
  3 something could not be run (network, key, budget)    70 a fault of Docket    129, 130, 143 interrupted`;

/** `docket eval`: versions on cases, several trials each, side by side. */
export function addEvalCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('eval')
    .summary('put versions on trial: all cases, several trials each, side by side')
    .description('Runs versions on cases, several trials each, and shows side by side what passed and what is wrong.')
    .argument('[n]', 'only the first n cases', wholeNumber(1))
    .option('--versions <list>', 'versions separated by commas (from docket.config.ts)', names);
  addModelOptions(addTrialOptions(command))
    .option('--json', 'print the evaluation as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (first: number | undefined, options: EvalOptions) => {
      const { runEval } = await import('./run.ts');
      await runEval(first, options, context);
    });
}

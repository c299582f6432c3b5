import { type Command, InvalidArgumentError, Option } from 'commander';
import { names, wholeNumber } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import { addModelOptions, addShardOption, addTrialOptions, addWorkersOption } from '../command/run-options.ts';
import { type EvalOptions, watchedRun } from './eval-options.ts';

const help = `
A version is a name (v2), the prompt of one version with the tools of another (v1/v2: v1's prompt, v2's tools), or a
name on another model (v2@claude-haiku-5-5). Trials are stored and reused, so a second run costs nothing and an
interrupted one continues where it stopped. The report is also written to reports/evaluation.json, and as a page with
every version, case and trial to reports/evaluation.html (docket report open); of more than 200 cases the terminal shows
200, failing ones first. If OTEL_EXPORTER_OTLP_ENDPOINT is set, every trial is sent there as a trace.

Examples
  docket eval                                    the versions of docket.config.ts on all cases
  docket eval 3 --versions v2 --trials 10        version 2 on the first three cases, ten trials each
  docket eval --case 05-high-income-terrible-credit --trials 20 -j 20
      one case, twenty trials, all at once
  docket eval --versions v1,v1/v2,v2/v1,v2       prompt and tools crossed: which change fixed what
  docket eval --versions v3 --relations          do decisions hold together when the same case is told another way?
  docket eval --batch                            live calls in batches, at half price and in up to a day a round
  docket eval --workers                          by docket worker on other machines, over a shared store
  docket eval --watch                            again at each saved prompt, tool or case; only what it touches is run
  docket eval --shard 2/3                        on the second of three machines; then docket merge, and docket eval
  docket eval --json > evaluation.json           for another program

Exit codes
  0 every trial of the current version passed, or the shard's trials are stored    1 some failed    2 usage, case or configuration error
  3 something could not run (network, key, budget)    70 a bug in Docket    129, 130, 143 interrupted`;

/** `docket eval`: versions on cases, several trials each, side by side. */
export function addEvalCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('eval')
    .summary('put versions on trial: all cases, several trials each, side by side')
    .description('Runs versions on cases, several trials each, and shows side by side what passed and what went wrong.')
    .argument('[n]', 'only the first n cases', numberOfCases)
    .option('--versions <list>', 'versions separated by commas (default: from docket.config.ts)', names)
    .option('--relations [list]', 'check relations too, all or these: each twin of a case costs a trial', (text, before: unknown) =>
      names(text, Array.isArray(before) ? (before as string[]) : []),
    );
  addWorkersOption(addShardOption(addModelOptions(addTrialOptions(command), { batch: true }), ['watch', 'fresh']))
    .option('--watch', 'run again whenever a file of the project is saved, until Ctrl-C')
    .addOption(new Option('--json', 'print the evaluation as JSON and nothing else on stdout').conflicts('watch'))
    .addHelpText('after', help)
    .action(async (first: number | undefined, options: EvalOptions) => {
      if (options.watch && !context.terminal.environment[watchedRun]) {
        const { evalWatched } = await import('./watch.ts');
        await evalWatched(context);
        return;
      }
      const { shard } = options;
      if (shard) {
        const { runShard } = await import('../shard/run.ts');
        await runShard('eval', { ...options, shard, ...(first ? { first } : {}) }, context);
        return;
      }
      const { runEval } = await import('./run.ts');
      await runEval(first, options, context);
    });
}

/** A word that stands alone is most often one more version. */
function numberOfCases(text: string): number {
  if (/^\d/.test(text)) return wholeNumber(1)(text);
  throw new InvalidArgumentError(
    'Expected the number of cases to run, a whole number of at least 1. Several versions are one list: --versions v1,v2.',
  );
}

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ModelMode } from '../../contracts/model-mode.ts';
import { modelModes } from '../../contracts/model-modes.ts';
import type { Shard } from '../../contracts/shard.ts';
import { dollars, names, shardOf, share, wholeNumber } from './arguments.ts';

/** Who answers, and what that may cost. */
export interface ModelOptions {
  readonly mode?: ModelMode;
  readonly slipRate?: number;
  readonly record?: boolean;
  readonly budget?: number;
  readonly batch?: boolean;
  readonly workers?: boolean;
}

/** How many trials of which cases. */
export interface TrialOptions {
  readonly trials?: number;
  readonly concurrency?: number;
  readonly case?: readonly string[];
  readonly fresh?: boolean;
  readonly series?: string;
}

/** Adds the options that choose the model to a command; without `record` where inputs must not reach a file, without `budget` where that is another one. */
export function addModelOptions(
  command: Command,
  { record = true, batch = false, budget = true }: { readonly record?: boolean; readonly batch?: boolean; readonly budget?: boolean } = {},
): Command {
  command.addOption(
    new Option('--mode <mode>', 'which model answers (default: live if there is a key, otherwise simulated)').choices(modelModes),
  );
  if (record) command.option('--record', 'write every model answer to evals/recordings, for --mode recorded');
  if (batch) addBatchOption(command);
  if (budget) command.option('--budget <dollars>', 'stop before spending more than this on live calls', dollars);
  return command.option('--slip-rate <share>', 'share of simulated trials that answer wrongly at random', share);
}

/** Adds the option that has live calls answered in batches. */
export function addBatchOption(command: Command): Command {
  return command.option('--batch', 'make live calls in batches: half price, up to 24 hours a round');
}

/** Adds the option that has workers run the trials. */
export function addWorkersOption(command: Command, conflicts: readonly string[] = []): Command {
  return command.addOption(
    new Option('--workers', 'have docket worker, on any number of machines, run the trials (DOCKET_STORE)').conflicts([
      ...['batch', 'concurrency', 'record', 'shard'],
      ...conflicts,
    ]),
  );
}

/** One part of the trials. */
export interface ShardOption {
  readonly shard?: Shard;
}

/** Adds the option by which machines share the trials of one run. */
export function addShardOption(command: Command, conflicts: readonly string[] = []): Command {
  return command.addOption(
    new Option('--shard <i/n>', 'run only part i of n, for docket merge; judges nothing').argParser(shardOf).conflicts([...conflicts]),
  );
}

/** Adds the options that choose trials and cases to a command. */
export function addTrialOptions(command: Command): Command {
  return command
    .option('--trials <number>', 'trials per case (default: from docket.config.ts)', wholeNumber(1))
    .option('-j, --concurrency <number>', 'maximum trials at once (default: from docket.config.ts)', wholeNumber(1))
    .option(
      '--case <id>',
      'only this case, or cases by the start of ids, a pattern (*-border) or a tag (tag:border); can be repeated',
      names,
    )
    .option('--fresh', 'run everything again instead of reusing stored trials')
    .addOption(new Option('--series <name>', 'name under which trials are stored and reused').argParser(seriesName).conflicts('fresh'));
}

function seriesName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected letters, digits, ".", "_" and "-", at most 80.');
}

/** The same choice of model as words, for a command a person can copy. */
export function modelWords({ mode, slipRate, record, budget, batch, workers }: ModelOptions): string[] {
  return [
    ...(mode === undefined ? [] : ['--mode', mode]),
    ...(slipRate === undefined ? [] : ['--slip-rate', String(slipRate)]),
    ...(record ? ['--record'] : []),
    ...(budget === undefined ? [] : ['--budget', String(budget)]),
    ...(batch ? ['--batch'] : []),
    ...(workers ? ['--workers'] : []),
  ];
}

/** What a session is opened with. */
export function sessionOptions({ mode, slipRate, record, budget, batch, workers }: ModelOptions) {
  return {
    ...(mode === undefined ? {} : { mode }),
    ...(slipRate === undefined ? {} : { simulation: { slipRate } }),
    ...(record === undefined ? {} : { record }),
    ...(budget === undefined ? {} : { budgetDollars: budget }),
    ...(batch ? { batch } : {}),
    ...(workers ? { workers } : {}),
  };
}

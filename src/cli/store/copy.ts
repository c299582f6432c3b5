import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import type { PostgresAddress } from '../../database/postgres/postgres-address.ts';
import { type CopiedTraces, copyTraces } from '../../flows/copy-store/copy-traces.ts';
import { type CopiedStore, copyStore } from '../../flows/copy-store/index.ts';
import { type LoadedConfig, loadConfig } from '../../flows/load-config.ts';
import { traceStoreFile } from '../../flows/open-traces.ts';
import { shareReviews } from '../../flows/promote/share-reviews.ts';
import { shareRuns } from '../../flows/runs/share-runs.ts';
import { count, counted } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { openSharedTraceStore, openTraceStore, openTraceStoreToRead } from '../../traces/store/open-trace-store.ts';
import { openSharedTrialStore, openTrialStore, openTrialStoreToRead } from '../../trials/open-trial-store.ts';
import { signerFrom } from '../../trials/trial-signer.ts';
import type { TrialStore, TrialStoreOptions } from '../../trials/trial-store.ts';
import type { CommandContext } from '../command/command-context.ts';
import { onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';
import { requireShared, warnOn } from './migrate.ts';

export interface CopyCommandOptions {
  readonly from?: string;
  readonly to?: string;
  readonly json?: boolean;
}

/** Stands for the database that DOCKET_STORE names. An address on the command line could be read by every user of the machine. */
const sharedWord = 'shared';

/** Copies a store, and where it goes to or comes from the team's database the runs and reviews too; last the traces, of which there may be most. */
export async function runCopy(options: CopyCommandOptions, context: CommandContext): Promise<void> {
  const { terminal, invocation } = context;
  const config = await loadConfig(invocation.directory);
  const { from = config.store, to = sharedWord } = options;
  const places = { from: placeOf(from, config), to: placeOf(to, config) };
  if (places.from === places.to)
    throw new DocketError(`--from and --to are the same store (${from}). Name two: a file, and ${sharedWord}.`);
  if (places.from !== sharedWord && ![places.from, tracesBeside(places.from, config)].some((file) => existsSync(file)))
    throw new DocketError(`${places.from}: there is no store to copy.`);
  const address = requireShared(config, terminal.environment);
  const warn = warnOn(context);
  const signer = signerFrom(terminal.environment);
  const read: TrialStoreOptions = { onDamage: warn, signed: signer && { signer, only: true } };
  const write: TrialStoreOptions = { onDamage: warn, signed: signer && { signer, only: false } };
  const interruption = onInterrupt();
  const source = places.from === sharedWord ? await openSharedTrialStore(address, read) : openSource(places.from, read);
  let target: TrialStore | undefined;
  try {
    target = places.to === sharedWord ? await openSharedTrialStore(address, write) : openTrialStore(places.to, write);
    const copied = await copyStore(source, target, { signal: interruption.signal });
    const runs = await shareRuns(config.root, config.agent.name, address, warn);
    const reviews = places.to === sharedWord ? await reviewsOf(config, address, warn) : 0;
    const unsigned = source.refusedTrials();
    const traces = await tracesBetween(places, config, address, warn, interruption.signal);
    if (options.json) printJson({ kind: 'copied-store', ...copied, unsigned, runs, reviews, traces }, terminal.out);
    else for (const line of [...copyLines(copied, unsigned, runs, reviews), ...traceLines(traces), '']) terminal.out.line(line);
    if (copied.conflicts + (traces?.conflicts ?? 0) + (traces?.damaged ?? 0) > 0) context.exit(exitCodes.incomplete);
  } finally {
    interruption.stop();
    await target?.close();
    await source.close();
  }
}

/** Who may add trials need not be one who may add reviews. */
async function reviewsOf(config: LoadedConfig, address: PostgresAddress, warn: (message: string) => void): Promise<number> {
  try {
    return await shareReviews(config, address, warn);
  } catch (error) {
    if (!(error instanceof DocketError)) throw error;
    warn(`The reviews stay where they are: ${error.message}`);
    return 0;
  }
}

function placeOf(text: string, { root }: LoadedConfig): string {
  if (text === sharedWord) return text;
  if (/^postgres(?:ql)?:/.test(text))
    throw new DocketError(
      `A database is named by DOCKET_STORE, not on the command line, where other users of this machine can read it. Write ${sharedWord} here.`,
    );
  return resolve(root, text);
}

/** With a secret, unsigned trials are left where they are. Where there are only traces, there are no trials. */
function openSource(file: string, options: TrialStoreOptions): TrialStore {
  if (!existsSync(file)) return openTrialStore(':memory:', options);
  return options.signed ? openTrialStore(file, options) : openTrialStoreToRead(file, options);
}

function copyLines(
  { trials, known, conflicts, conflicting, failures, scores }: CopiedStore,
  unsigned: number,
  runs: { readonly added: number; readonly fetched: number },
  reviews: number,
): string[] {
  return [
    '',
    ` ${counted(trials, 'trial')} copied, ${count(known)} there already${failures > 0 ? `, ${counted(failures, 'infra error')} copied` : ''}${scores > 0 ? `, ${counted(scores, 'score')} copied` : ''}`,
    ...(unsigned > 0
      ? [` ${counted(unsigned, 'trial')} left, because nobody signed ${unsigned === 1 ? 'it' : 'them'} with this secret`]
      : []),
    ` ${counted(runs.added, 'run')} added, ${count(runs.fetched)} of others fetched; ${counted(reviews, 'review')} added`,
    ...(conflicts > 0 ? [` ${counted(conflicts, 'trial')} there with another content, which ${conflicts === 1 ? 'stays' : 'stay'}:`] : []),
    ...conflicting
      .slice(0, 10)
      .map(
        ({ caseFingerprint, series, number }) =>
          `   trial ${number} of series "${plainLine(series)}" (case ${plainLine(caseFingerprint.slice(0, 12))})`,
      ),
  ];
}

/**
 * Copies traces where there are any.
 * @returns undefined where the source has none
 */
async function tracesBetween(
  places: { readonly from: string; readonly to: string },
  config: LoadedConfig,
  address: PostgresAddress,
  warn: (message: string) => void,
  signal: AbortSignal,
): Promise<CopiedTraces | undefined> {
  const files = { from: tracesBeside(places.from, config), to: tracesBeside(places.to, config) };
  if (places.from !== sharedWord && !existsSync(files.from)) return undefined;
  // Whether the connection is safe was said when the trials were opened.
  const known = { ...address, insecure: undefined };
  const source = places.from === sharedWord ? await openSharedTraceStore(known, warn) : openTraceStoreToRead(files.from, warn);
  try {
    if ((await source.list({ limit: 1 })).length === 0) return undefined;
    const target = places.to === sharedWord ? await openSharedTraceStore(known, warn) : openTraceStore(files.to, Date.now, warn);
    try {
      return await copyTraces(source, target, { signal });
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** The project's traces lie beside its trials; those of another file have its name. */
function tracesBeside(file: string, config: LoadedConfig): string {
  return file === resolve(config.root, config.store) ? traceStoreFile(config) : `${file.replace(/\.db$/, '')}-traces.db`;
}

function traceLines(copied: CopiedTraces | undefined): string[] {
  if (!copied) return [];
  const { traces, known, spans, conflicts, conflicting, damaged, scored, waiting } = copied;
  return [
    ` ${counted(traces, 'trace')} copied, ${count(known)} there already; ${counted(spans, 'span')} added${scored > 0 ? `, ${counted(scored, 'trace')} scored` : ''}`,
    ...(waiting > 0 ? [` ${counted(waiting, 'log record')} left, because ${waiting === 1 ? 'its span' : 'their spans'} never came`] : []),
    ...(damaged > 0 ? [` ${counted(damaged, 'span')} left, because ${damaged === 1 ? 'it' : 'they'} cannot be read`] : []),
    ...(conflicts > 0
      ? [` ${counted(conflicts, 'span')} there with another content, which ${conflicts === 1 ? 'stays' : 'stay'}, of:`]
      : []),
    ...conflicting.slice(0, 10).map((traceId) => `   trace ${plainLine(traceId)}`),
  ];
}

import { dirname, join, resolve } from 'node:path';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import { shardText } from '../../contracts/shard.ts';
import type { PostgresAddress } from '../../database/postgres/postgres-address.ts';
import { findConfig } from '../../flows/find-config.ts';
import { sharedStore } from '../../flows/open-trials.ts';
import { type DatabaseMergeRequest, mergeIntoDatabase } from '../../flows/shards/merge-into-database.ts';
import { type MergedSource, type MergedStores, mergeShards } from '../../flows/shards/merge-shards.ts';
import { count, counted } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { signerFrom, storeSecretVariable } from '../../trials/trial-signer.ts';
import type { CommandContext } from '../command/command-context.ts';
import { shownPath } from '../command/report-files.ts';
import { endInterrupted, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';

export interface MergeOptions {
  readonly into?: string;
  readonly allowMissing?: boolean;
  readonly trustUnsigned?: boolean;
  readonly json?: boolean;
}

/** Merges stores, and says what came of each and what is missing. */
export async function runMerge(from: readonly string[], options: MergeOptions, context: CommandContext): Promise<void> {
  const { terminal, invocation } = context;
  const { out, note } = terminal;
  const signer = signerFrom(terminal.environment);
  if (signer && options.trustUnsigned)
    throw new DocketError(
      `--trust-unsigned and ${storeSecretVariable} do not go together: with the secret only signed trials are ever used.`,
    );
  const into =
    options.into === undefined ? usualStore(invocation.directory, terminal.environment) : resolve(invocation.directory, options.into);
  const request = {
    from: from.map((path) => resolve(invocation.directory, path)),
    signer,
    trustUnsigned: options.trustUnsigned ?? false,
    warn: (message: string) => note.line(note.style('yellow', plainLine(message))),
  };
  const merged = typeof into === 'string' ? mergeShards({ ...request, into }) : await inDatabase(request, into, context);
  if (!merged) return;
  if (options.json) printJson({ kind: 'merged-stores', ...merged }, out);
  else for (const line of mergedLines(merged)) out.line(line);
  for (const sentence of options.json ? [] : merged.notes) note.line(note.style('yellow', plainLine(sentence)));
  for (const sentence of options.json ? [] : merged.missing) note.line(`${note.style('yellow', 'missing:')} ${plainLine(sentence)}`);
  if (merged.missing.length > 0 && !options.allowMissing) context.exit(exitCodes.incomplete);
}

/** Undefined where somebody stopped it. */
async function inDatabase(
  request: Omit<DatabaseMergeRequest, 'signal'>,
  address: PostgresAddress,
  context: CommandContext,
): Promise<MergedStores | undefined> {
  const interruption = onInterrupt();
  try {
    return await mergeIntoDatabase({ ...request, signal: interruption.signal }, address);
  } catch (error) {
    endInterrupted(error, context, '; what was merged until then is in the database, and the same command goes on.');
    return undefined;
  } finally {
    interruption.stop();
  }
}

/** No code of the project is run to know it: a change could bring any. */
function usualStore(directory: string, environment: NodeJS.ProcessEnv): string | PostgresAddress {
  const file = findConfig(directory);
  const shared = sharedStore({ root: file === undefined ? directory : dirname(file) }, environment);
  if (shared) return shared;
  if (file === undefined)
    throw new DocketError(
      `There is no docket.config.ts in ${directory} or above it, so nobody knows which store is meant: name it with --into <file>.`,
    );
  return join(dirname(file), '.docket', 'docket.db');
}

function mergedLines({ into, database, run, sources, missing }: MergedStores): string[] {
  const taken = sources.reduce((sum, source) => sum + source.taken, 0);
  const known = sources.reduce((sum, source) => sum + source.known, 0);
  const shards = new Set(sources.flatMap(({ shard }) => shard?.number ?? [])).size;
  const of = run
    ? `${count(shards)} of ${counted(run.shards, 'shard')} of docket ${run.command} (${plainLine(run.agent)}, ${run.mode} model)`
    : counted(sources.length, 'store');
  const command = run?.command ?? 'eval';
  return [
    '',
    ` ${of}: ${counted(taken, 'trial')} taken${known > 0 ? `, ${count(known)} there already` : ''}`,
    ...sources.map((source) => `   ${sourceText(source)}`),
    ...(database ? [` ${counted(database.added, 'trial')} added to the database, ${count(database.known)} there already`] : []),
    ` merged into ${database ? plainLine(into) : shownPath(into)}. Nothing is judged yet: run docket ${command} without --shard${missing.length > 0 ? '; it runs what is missing' : ''}`,
    '',
  ];
}

function sourceText({ path, shard, planned, reason, taken, known, conflictingTrials, unsigned }: MergedSource): string {
  const name = shard ? shardText(shard) : shownPath(path);
  if (planned === 0) return `${name}  empty${reason === undefined ? ': there are fewer trials than shards' : `: ${plainLine(reason)}`}`;
  const parts = [
    `${count(taken)} taken`,
    ...(known > 0 ? [`${count(known)} there already`] : []),
    ...(conflictingTrials > 0 ? [`${count(conflictingTrials)} in conflict`] : []),
    ...(unsigned > 0 ? [`${count(unsigned)} not signed`] : []),
  ];
  return `${name}  ${parts.join(', ')}`;
}

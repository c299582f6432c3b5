import { realpathSync } from 'node:fs';
import { DocketError } from '../../contracts/docket-error.ts';
import { type Shard, shardText } from '../../contracts/shard.ts';
import type { ShardRecord } from '../../contracts/shard-record.ts';
import { DamagedDatabaseError } from '../../database/database-error.ts';
import { count, counted, listed } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { MergedInto } from '../../trials/merge-stores.ts';
import type { MergedStore } from '../../trials/merged-store.ts';
import { storeSecretVariable, type TrialSigner } from '../../trials/trial-signer.ts';
import { type FoundStore, findStores } from './find-stores.ts';

/** What is merged, and whom to believe. */
export interface MergeRequest {
  /** Stores, shards' folders, folders with such. */
  readonly from: readonly string[];
  /** The store that takes all of it; made where there is none. */
  readonly into: string;
  readonly signer: TrialSigner | undefined;
  /** Somebody vouches for what nobody signed. */
  readonly trustUnsigned: boolean;
  readonly warn: (message: string) => void;
}

/** What came of one store. */
export interface MergedSource extends MergedStore {
  readonly path: string;
  /** Absent for a store that no shard wrote. */
  readonly shard?: Shard;
  /** Trials that the shard was to run; 0 where there are fewer than shards. */
  readonly planned?: number;
  /** Why the shard ran nothing, or not all. */
  readonly reason?: string;
}

/** What a merge came to. */
export interface MergedStores {
  readonly into: string;
  /** What of it was new to a team's database, and what stands there already; absent where a file takes it. */
  readonly database?: { readonly added: number; readonly known: number; readonly conflicts: number };
  /** The run that was divided; absent where no shard wrote what was merged. */
  readonly run?: Pick<ShardRecord, 'command' | 'agent' | 'mode' | 'plan' | 'versions'> & {
    /** How many shards there are to be. */
    readonly shards: number;
    /** Trials of cases, of all shards. */
    readonly trials: number;
  };
  readonly sources: readonly MergedSource[];
  /** What is not there and should be: sentences. Whoever judges runs it; until then nothing says anything about it. */
  readonly missing: readonly string[];
  /** What else a person should know. */
  readonly notes: readonly string[];
}

/**
 * Merges stores into one. Shards must be of one run and one plan; which of them are missing, or there twice, is told.
 * @throws {DocketError} for what is no store or not of one run: then nothing was merged
 */
export function mergeShards(request: MergeRequest): MergedStores {
  const stores = request.from.flatMap((path) => findStores(path));
  requireOthers(stores, request.into);
  const records = stores.flatMap((store) => (store.record ? [{ ...store, record: store.record }] : []));
  const [first] = records;
  if (first) for (const other of records) requireSameRun(first, other);
  // All of them are looked through before anything is taken of any.
  for (const store of stores) requireWhole(store);
  const target = new MergedInto(request.into, request, request.warn);
  let sources: MergedSource[];
  let isApart: boolean;
  try {
    sources = stores.map(({ path, record }) => ({ ...target.take(path), path, ...headOf(record) }));
    isApart = target.isApart;
  } finally {
    target.close();
  }
  const numbers = records.map(({ record }) => record.shard.number);
  const lacks = sources.map((source, index) => ({
    source,
    sentences: lacksOf(stores[index]?.record, source, request.signer !== undefined),
  }));
  const whole = new Set(lacks.flatMap(({ source, sentences }) => (source.shard && sentences.length === 0 ? source.shard.number : [])));
  // What one copy of a shard lacks another may have.
  const isCovered = ({ shard }: MergedSource) => shard !== undefined && whole.has(shard.number);
  return {
    into: request.into,
    ...(first ? { run: runOf(first.record) } : {}),
    sources,
    missing: [
      ...missingShards(first?.record, numbers),
      ...lacks.filter(({ source }) => !isCovered(source)).flatMap(({ sentences }) => sentences),
    ],
    notes: [
      ...(first && isApart ? [apartText(first.record, request.into)] : []),
      ...notesOf(stores, sources, numbers),
      ...lacks
        .filter(({ source }) => isCovered(source))
        .flatMap(({ sentences }) => sentences.map((sentence) => `${sentence} Another copy of it is whole.`)),
      ...sources.flatMap(sourceNotes),
    ],
  };
}

function headOf(record: ShardRecord | undefined): Pick<MergedSource, 'shard' | 'planned' | 'reason'> {
  if (!record) return {};
  const { shard, trials, reason } = record;
  return { shard, planned: trials.planned, ...(reason === undefined ? {} : { reason }) };
}

function runOf({ command, agent, mode, plan, versions, shard, trials }: ShardRecord): NonNullable<MergedStores['run']> {
  return { command, agent, mode, plan, versions, shards: shard.count, trials: trials.all };
}

/** A store would only find itself. */
function requireOthers(stores: readonly FoundStore[], into: string): void {
  const real = (path: string) => {
    try {
      return realpathSync(path);
    } catch {
      return path;
    }
  };
  const same = stores.find(({ path }) => real(path) === real(into));
  if (same) throw new DocketError(`${same.path}: is the store that all of it goes into. Name the others, or another place: --into <file>.`);
}

/** @throws {DocketError} for a store that is damaged as a whole, or is none */
function requireWhole({ path, record }: FoundStore): void {
  try {
    MergedInto.check(path);
  } catch (error) {
    if (!(error instanceof DamagedDatabaseError)) throw error;
    const again = record ? `Run shard ${shardText(record.shard)} again, or hand its folder over again` : 'Hand it over again';
    throw new DocketError(
      `${path}: this is no Docket store of trials, or it is damaged (${plainLine(error.detail)}). Nothing was merged. ${again}; or leave it out: whoever judges runs what is missing.`,
      { cause: error },
    );
  }
}

type FoundShard = FoundStore & { readonly record: ShardRecord };

/** @throws {DocketError} naming in what two shards differ that cannot be of one run */
function requireSameRun(first: FoundShard, other: FoundShard): void {
  const parts = ({ record }: FoundShard) => ({
    agent: record.agent,
    command: `docket ${record.command}`,
    'number of shards': String(record.shard.count),
    'model mode': record.mode,
    versions: record.versions.map(({ name, fingerprint }) => `${name} ${fingerprint.slice(0, 12)}`).join(', '),
    series: record.series,
    'plan of who runs what': record.plan.slice(0, 12),
  });
  const expected = parts(first);
  for (const [what, came] of Object.entries(parts(other))) {
    const wanted = expected[what as keyof typeof expected];
    if (came === wanted) continue;
    const [is, that] = what === 'versions' ? ['are', 'those'] : ['is', 'that'];
    throw new DocketError(
      `${plainLine(other.path)} is not of the same run as ${plainLine(first.path)}: its ${what} ${is} ${plainLine(came)}, ${that} of the other ${is} ${plainLine(wanted)}. Nothing was merged. Shards of one run are of one commit and have the same options and the same reports/durations.json; run those again that have others.`,
    );
  }
}

function missingShards(record: ShardRecord | undefined, numbers: readonly number[]): string[] {
  if (!record) return [];
  const { count: wanted } = record.shard;
  const missing = Array.from({ length: wanted }, (_, index) => index + 1).filter((number) => !numbers.includes(number));
  if (missing.length === 0) return [];
  const named = missing.slice(0, 20).map((number) => shardText({ number, count: wanted }));
  const more = missing.length - named.length;
  return [
    `${missing.length === 1 ? 'Shard' : 'Shards'} ${listed(more > 0 ? [...named, `${count(more)} more`] : named)} ${missing.length === 1 ? 'is' : 'are'} missing.`,
  ];
}

/** What should have come of a store and did not: sentences. */
function lacksOf(record: ShardRecord | undefined, source: MergedSource, hasSecret: boolean): string[] {
  return [
    ...(record ? unrunOf(record, source) : []),
    ...(source.damagedTrials > 0 ? [damagedText(source)] : []),
    ...(source.unsigned > 0 ? [unsignedText(source, hasSecret)] : []),
  ];
}

function unrunOf(record: ShardRecord, source: MergedSource): string[] {
  const name = `Shard ${shardText(record.shard)}`;
  const came = source.taken + source.known + source.unsigned + source.damagedTrials + source.conflictingTrials;
  return [
    ...(record.trials.missing > 0
      ? [
          `${name} did not run ${count(record.trials.missing)} of ${counted(record.trials.planned, 'trial')}${record.reason === undefined ? '.' : `: ${plainLine(record.reason)}`}`,
        ]
      : []),
    ...(came < record.stored ? [`${name} says that it stored ${counted(record.stored, 'trial')}, and ${count(came)} came.`] : []),
  ];
}

function unsignedText({ path, shard, unsigned }: MergedSource, hasSecret: boolean): string {
  const whose = shard ? `Shard ${shardText(shard)}` : plainLine(path);
  const why = hasSecret
    ? `not signed with this ${storeSecretVariable}. Give every shard the same secret`
    : `a gate's, and there is no ${storeSecretVariable} that would show who ran them. Set it here and in every shard, or add --trust-unsigned where nobody else could write these files`;
  return `${whose}: ${counted(unsigned, 'trial')} ${unsigned === 1 ? 'was' : 'were'} not taken, because ${unsigned === 1 ? 'it is' : 'they are'} ${why}.`;
}

function notesOf(stores: readonly FoundStore[], sources: readonly MergedSource[], numbers: readonly number[]): string[] {
  const twice = [...new Set(numbers.filter((number, index) => numbers.indexOf(number) !== index))].sort((one, other) => one - other);
  const [first] = stores.flatMap(({ record }) => record ?? []);
  const unknown = stores.filter(({ record }) => !record);
  return [
    ...twice.map(
      (number) => `Shard ${shardText({ number, count: first?.shard.count ?? number })} is there twice; each of its trials counts once.`,
    ),
    ...(first
      ? unknown.map(
          ({ path }) =>
            `${plainLine(path)}: no shard.json stands beside it, so which shard it is of, and whether it is whole, is not known.`,
        )
      : []),
    ...unknown.flatMap(({ path }) =>
      sources.some((source) => source.path === path && source.isElsewhere)
        ? [
            `${plainLine(path)}: not one of its cases is among those that were there before. Is it of another agent, or another suite? Its trials are kept, and nothing but that agent uses them.`,
          ]
        : [],
    ),
  ];
}

function damagedText({ path, shard, damaged: [first = ''], damagedTrials }: MergedSource): string {
  const more = damagedTrials > 1 ? `, with ${count(damagedTrials - 1)} more` : '';
  return `${shard ? `Shard ${shardText(shard)}` : plainLine(path)}: ${plainLine(first)} is damaged${more}, and was left out.`;
}

function apartText({ agent }: ShardRecord, into: string): string {
  return `The shards are of the agent "${plainLine(agent)}", and not one of their cases is among those that were in ${plainLine(into)} before. Is this its project? Their trials are kept, and nothing but that agent uses them.`;
}

function sourceNotes({ path, damagedScores, conflicts, conflictingTrials, unsignedScores, waitingCalls }: MergedSource): string[] {
  const [first] = conflicts;
  return [
    ...(damagedScores > 0
      ? [`${plainLine(path)}: what scorers said is damaged in ${counted(damagedScores, 'place')}, so it is asked for again.`]
      : []),
    ...(first
      ? [
          `${plainLine(path)}: ${counted(conflictingTrials, 'trial')} ran twice and came out differently; of each the run that began first stays. The first: trial ${first.number} of series "${plainLine(first.series)}" (case ${first.caseFingerprint.slice(0, 12)}), where ${first.stays === 'there' ? `that of ${first.there} stays and that of ${first.brought} is dropped` : `that of ${first.brought} takes the place of that of ${first.there}`}.`,
        ]
      : []),
    ...(unsignedScores > 0
      ? [`${plainLine(path)}: what scorers said ${counted(unsignedScores, 'time')} is not signed, so it is asked for again.`]
      : []),
    ...(waitingCalls > 0
      ? [`${plainLine(path)}: ${counted(waitingCalls, 'call')} wait in batches at a server; run that shard again to fetch the answers.`]
      : []),
  ];
}

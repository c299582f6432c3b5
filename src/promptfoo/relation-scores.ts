import { resolveVersion } from '../agent/version.ts';
import { DocketError } from '../contracts/docket-error.ts';
import type { Score } from '../contracts/score.ts';
import { familiesOf, relationsOf, withFamilies } from '../flows/cases/families.ts';
import type { LoadedCase } from '../flows/cases/load-cases.ts';
import { defaultSeries } from '../flows/evaluate/plan-evaluation.ts';
import { judgeTrials } from '../flows/judging/judge-trials.ts';
import { trialRequest } from '../flows/judging/trial-request.ts';
import type { RowMetadata } from './row-metadata.ts';
import type { SharedSession } from './shared-session.ts';

/** What relations say of a row, and where they say nothing of its case, why. */
export interface RelationScores {
  readonly scores: readonly Score[];
  readonly why: string;
}

/** Cases with their twins are made once a process, by session, version and what was asked. */
const known = new WeakMap<SharedSession, Map<string, LoadedCase[]>>();

/**
 * Runs the twins of a row's case, as trials of the row's own number, and asks the relations.
 * @throws {DocketError} when a relation says nothing of any case of the version, or a trial could not be run or judged
 */
export async function relationScores(shared: SharedSession, row: RowMetadata, asked: true | readonly string[]): Promise<RelationScores> {
  const { session } = shared;
  const loaded = familiesFor(shared, row.version, asked).find(({ case: { id } }) => id === row.caseId);
  const { family } = loaded ?? {};
  if (!loaded || !family) throw new DocketError(`There is no case "${row.caseId}" any more.`);
  if (family.twins.length === 0) return { scores: [], why: family.notJudged[0]?.why ?? 'none makes a twin of it' };
  const version = await session.prepare(row.version);
  const names = new Set(family.twins.map(({ relation }) => relation));
  const scores: Score[] = [];
  const request = trialRequest(version, loaded, defaultSeries, row.trialNumber);
  const { failure } = await judgeTrials([{ request, place: { loaded } }], {
    session,
    signal: new AbortController().signal,
    onEnd: ({ scored }) => scores.push(...(scored?.scores.filter(({ name }) => names.has(name)) ?? [])),
  });
  if (failure !== undefined || scores.length === 0)
    throw new DocketError(`The relations could not be judged: ${failure ?? 'no twin was run'}.`);
  return { scores, why: '' };
}

function familiesFor(shared: SharedSession, version: string, asked: true | readonly string[]): LoadedCase[] {
  const { session, cases } = shared;
  const { agent } = session;
  const made = known.get(shared) ?? new Map<string, LoadedCase[]>();
  known.set(shared, made);
  const key = JSON.stringify([version, asked]);
  const families =
    made.get(key) ??
    familiesOf(agent, resolveVersion(agent, version), withFamilies(agent, [...cases.values()], relationsOf(agent, asked)), asked);
  made.set(key, families);
  return families;
}

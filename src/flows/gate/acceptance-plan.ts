import { DocketError } from '../../contracts/docket-error.ts';
import type { Baseline, BaselineCase } from '../../gate/baseline-file.ts';
import { withGatedFamilies } from '../cases/gated-families.ts';
import { type LoadedCase, loadCases } from '../cases/load-cases.ts';
import type { WantedTrial } from '../judging/judge-trials.ts';
import { trialRequest } from '../judging/trial-request.ts';
import { judgingHash } from '../scorer-hash.ts';
import type { PreparedVersion, Session } from '../session.ts';
import { baselineSeries } from './2-load-baseline.ts';
import { readableBaseline, readBaseline } from './baseline-store.ts';
import { labelHash } from './label-hash.ts';

/** How many runs a baseline is to have. */
export interface ToAccept {
  /** Runs a case that are added. */
  readonly trials: number;
  /** Most runs a case that are kept; nothing is added beyond. */
  readonly most: number;
  /** Starts a new epoch: nothing of the old counts is kept. */
  readonly refresh: boolean;
}

/** What is run for a baseline, and what stays of the one before. */
export interface AcceptancePlan {
  readonly version: PreparedVersion;
  /** Hash of what judges. */
  readonly scorers: string;
  readonly earlier: Baseline | undefined;
  /** Why counts are started over; undefined when they grow. */
  readonly begunAnew: string | undefined;
  readonly epoch: number;
  readonly cases: readonly CasePlan[];
}

/**
 * Decides what is run; no model is called.
 * @param moved why an epoch is started that nobody asked for
 * @throws {DocketError} when the committed baseline is damaged, or nobody knows which version answers
 */
export async function planAcceptance(session: Session, options: ToAccept, moved?: string): Promise<AcceptancePlan> {
  const { config, agent } = session;
  const cases = withGatedFamilies(config, loadCases(config.cases, agent));
  const version = await session.prepare(config.current);
  const { served } = version.version;
  if (served?.version === null)
    throw new DocketError(
      `Nobody knows which version of the agent answers: ${served.address} ${served.why}. So its runs could be compared with nothing. Name where the server says its version ("versionFrom"), or have the agent start its own server ("serve").`,
    );
  const scorers = await judgingHash(config);
  // A damaged file is what a refresh is for.
  const earlier = options.refresh ? readableBaseline(config.root) : readBaseline(config.root);
  const begunAnew = moved ?? (options.refresh ? 'a new epoch was requested' : differenceOf(earlier, version, session, scorers));
  const epoch =
    begunAnew === undefined && earlier ? earlier.epoch : await newEpoch(session, version, cases, earlier?.epoch ?? 0, options.refresh);
  const known = new Map(begunAnew === undefined ? earlier?.cases.map((row) => [row.id, row]) : []);
  return { version, scorers, earlier, begunAnew, epoch, cases: cases.map((loaded) => planOf(loaded, known.get(loaded.case.id), options)) };
}

/** Every trial of the plan. */
export function* acceptedTrials({ version, epoch, cases }: AcceptancePlan): Generator<WantedTrial<{ readonly loaded: LoadedCase }>> {
  for (const { loaded, numbers } of cases) {
    const place = { loaded };
    const series = baselineSeries(epoch, loaded.case.id);
    for (let number = numbers.first; number <= numbers.last; number += 1)
      yield { request: trialRequest(version, loaded, series, number), place };
  }
}

/** The epoch after the last; one that no trial of this version is stored under when a refresh wants new runs, though the file was lost. */
async function newEpoch(
  { store }: Session,
  { identity }: PreparedVersion,
  cases: readonly LoadedCase[],
  last: number,
  unused: boolean,
): Promise<number> {
  const first = (epoch: number, { fingerprint, case: { id } }: LoadedCase) =>
    store.find({
      versionFingerprint: identity.fingerprint,
      caseFingerprint: fingerprint,
      series: baselineSeries(epoch, id),
      number: 1,
    });
  const isUsed = async (epoch: number) => (await Promise.all(cases.map((loaded) => first(epoch, loaded)))).some((trial) => trial);
  let epoch = last + 1;
  while (unused && (await isUsed(epoch))) epoch += 1;
  return epoch;
}

function differenceOf(
  earlier: Baseline | undefined,
  { identity }: PreparedVersion,
  { agent, mode }: Session,
  scorers: string,
): string | undefined {
  if (!earlier) return 'there was no baseline';
  if (earlier.agent !== agent.name) return `the agent changed from ${earlier.agent} to ${agent.name}`;
  if (earlier.mode !== mode) return `the mode changed from ${earlier.mode} to ${mode}`;
  if (earlier.version.fingerprint !== identity.fingerprint) return 'the version changed';
  if (earlier.scorerHash !== scorers) return 'the scorers changed';
  return undefined;
}

export interface CasePlan {
  readonly loaded: LoadedCase;
  /** Counts that stay. */
  readonly kept: BaselineCase | undefined;
  /** The numbers of the trials that are added. */
  readonly numbers: { readonly first: number; readonly last: number };
}

/** Neither its input nor its label changed. */
export function isSameCase({ caseFingerprint, labelHash: label }: BaselineCase, { fingerprint, case: found }: LoadedCase): boolean {
  return caseFingerprint === fingerprint && label === labelHash(found);
}

function planOf(loaded: LoadedCase, row: BaselineCase | undefined, { trials, most }: ToAccept): CasePlan {
  const kept = row && isSameCase(row, loaded) ? row : undefined;
  const first = (kept?.runs ?? 0) + 1;
  const count = Math.max(0, Math.min(trials, most - (first - 1)));
  return { loaded, kept, numbers: { first, last: first + count - 1 } };
}

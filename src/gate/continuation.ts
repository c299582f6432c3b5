import { caseEValue } from '../stats/case-e-value.ts';
import { addCounts, type Counts } from '../stats/counts.ts';
import type { Random } from '../stats/random.ts';
import { sampleBeta } from '../stats/sample-beta.ts';
import { sampleCounts } from '../stats/sample-counts.ts';
import { createGate, type Gate } from './create-gate.ts';
import { harmless } from './evidence.ts';
import type { CaseState } from './gate-state.ts';
import { drawHarm, type PlayedCase, playChange } from './play.ts';
import { isHarmed } from './retries.ts';
import type { InconclusiveVerdict } from './verdict.ts';

/** What could be done about a verdict without an answer. What is not named stays as it is. */
export interface Remedy {
  /** Most model runs of the verdict; Infinity to see how many it would take. */
  readonly budget?: number;
  /** Stored runs of main for every case that can have them. */
  readonly storedRuns?: number;
  readonly rounds?: number;
  readonly retryCap?: number;
  /** Main's counts are started over, and with them the candidate's. */
  readonly refresh?: boolean;
}

/** A verdict that ended without an answer, and what is known of its cases. */
export interface OpenVerdict {
  readonly gate: Gate;
  readonly cases: readonly CaseState[];
  /** Most model runs that it had, and how that is said. */
  readonly budget: number;
  readonly had: string;
  readonly verdict: Pick<InconclusiveVerdict, 'cause' | 'caseId'>;
  /** Ids of cases whose runs of main cannot be stored before the change is merged: they are new in it. */
  readonly added: ReadonlySet<string>;
}

/** How many of the verdict's continuations with a remedy came to an answer. */
export interface Continued {
  readonly played: number;
  readonly settled: number;
  /** Model runs of the continuations that were settled, counted from the verdict's first run, in rising order. */
  readonly runs: readonly number[];
}

/** Continuations that are played. */
const repetitions = 30;
/** Settled ones among them that make a remedy worth recommending. */
export const enoughSettled = 27;

/**
 * Plays what would happen if somebody followed an advice: the verdict goes on from what was run, with true pass rates drawn from what is known of
 * them (a Beta distribution of the counts, with the weight of one run for the suite's mean). Both arms of a case are drawn alike, except where the
 * gate suspects the candidate (a case it accuses, or one that was falsely approved): there they are drawn apart, as often as its e-value says. Ends early when the remedy cannot be recommended any more. A step a continuation.
 */
export function* playingOn(open: OpenVerdict, remedy: Remedy, random: Random): Generator<void, Continued> {
  const { gate, verdict } = open;
  const { spendByRound: _spend, z: _z, budgetGrows: _grows, ...options } = gate.options;
  const remedied = createGate({ ...options, rounds: remedy.rounds ?? options.rounds, retryCap: remedy.retryCap ?? options.retryCap });
  const budget = Math.min(remedy.budget ?? open.budget, Number.MAX_SAFE_INTEGER);
  const known = knownOf(open, remedy);
  const runs: number[] = [];
  let played = 0;
  while (played < repetitions && played - runs.length <= repetitions - enoughSettled) {
    yield;
    const drawn = known.map((each) => drawCase(each, random));
    const end = playChange(
      remedied,
      drawn.map((each) => each.played),
      random,
      budget,
      drawn.map((each) => each.state),
    );
    played += 1;
    // To learn that main has moved is an answer where nothing but that was left to find out.
    const answered = end.verdict.verdict !== 'inconclusive' || (verdict.cause === 'not-confirmed' && end.verdict.cause === 'main-moved');
    if (answered) runs.push(end.verdict.runs.spent);
  }
  return { played, settled: runs.length, runs: runs.sort((one, other) => one - other) };
}

/** A case with what its rates are drawn from, and the counts it goes on from. */
interface KnownCase {
  readonly main: Counts;
  /** False approvals of main, which may have been in other runs than these. */
  readonly mainHarm: number;
  readonly candidate: Counts;
  readonly candidateHarm: number;
  /** Chance (0..1) that the candidate is what it seems, and its rate is drawn by itself. */
  readonly suspicion: number;
  /** What a case of this suite does when nothing is known of it. */
  readonly usual: number;
  readonly state: CaseState;
  /** Runs of main that are stored in addition. */
  readonly more: number;
}

function knownOf({ cases, verdict, added }: OpenVerdict, { storedRuns = 0, refresh = false }: Remedy): KnownCase[] {
  const all = cases.map((each) => addCounts(addCounts(each.baseline, each.fresh), each.candidate)).reduce(addCounts);
  // A clean suite is not taken for one that never fails.
  const usual = Math.min(0.9, (all.passes + 1) / (all.runs + 2));
  return cases.map((each) => {
    const { id, baseline, fresh, confirm, candidate, harm } = each;
    const recent = addCounts(fresh, confirm);
    const state = refresh ? emptied(each) : each;
    return {
      // A main that has moved is what it did lately.
      main: refresh ? recent : addCounts(baseline, recent),
      mainHarm: harm.baseline + harm.confirm,
      candidate,
      candidateHarm: harm.candidate,
      suspicion: id === verdict.caseId || isHarmed(each) ? suspicionOf(each) : 0,
      usual,
      state,
      more: added.has(id) ? 0 : Math.max(0, storedRuns - state.baseline.runs),
    };
  });
}

/** With even chances before any run, an e-value of E is odds of E to 1. */
function suspicionOf({ baseline, fresh, candidate, harm }: CaseState): number {
  const main = addCounts(baseline, fresh);
  const eValue = Math.max(
    caseEValue(main, candidate),
    caseEValue(harmless(main.runs, harm.baseline), harmless(candidate.runs, harm.candidate)),
  );
  return eValue / (1 + eValue);
}

const none: Counts = { passes: 0, runs: 0 };

function emptied(each: CaseState): CaseState {
  const harm = { baseline: 0, confirm: 0, candidate: 0 };
  return { ...each, baseline: none, fresh: none, confirm: none, candidate: none, screening: none, harm };
}

function drawCase({ main, mainHarm, candidate, candidateHarm, suspicion, usual, state, more }: KnownCase, random: Random) {
  const { id, critical, baseline, harm } = state;
  const suspected = suspicion > 0 && random() < suspicion;
  const mainRate = drawRate(suspected ? main : addCounts(main, candidate), usual, random);
  const candidateRate = suspected ? drawRate(candidate, 0.5, random) : mainRate;
  const mainShare = critical ? drawShare(mainHarm, main, random) : undefined;
  const candidateShare = critical && suspected ? drawShare(candidateHarm, candidate, random) : mainShare;
  const played: PlayedCase = {
    id,
    critical,
    baseline,
    mainRate,
    candidateRate,
    ...(mainShare === undefined || candidateShare === undefined ? {} : { harmShare: { main: mainShare, candidate: candidateShare } }),
  };
  const stored = sampleCounts(mainRate, more, random);
  return {
    played,
    state: {
      ...state,
      baseline: addCounts(baseline, stored),
      harm: { ...harm, baseline: harm.baseline + drawHarm(stored, mainShare, random) },
    },
  };
}

function drawRate({ passes, runs }: Counts, usual: number, random: Random): number {
  return sampleBeta(passes + usual, runs - passes + 1 - usual, random);
}

/** Share of the failures that are false approvals, by how many of these runs were: at most all that failed. */
function drawShare(harm: number, { passes, runs }: Counts, random: Random): number {
  const failures = runs - passes;
  const harmful = Math.min(harm, failures);
  return sampleBeta(harmful + 0.5, failures - harmful + 0.5, random);
}

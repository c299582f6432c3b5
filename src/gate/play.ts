import { addCounts, type Counts } from '../stats/counts.ts';
import type { Random } from '../stats/random.ts';
import { sampleCounts } from '../stats/sample-counts.ts';
import type { Gate } from './create-gate.ts';
import { type CaseState, playedState } from './gate-state.ts';
import type { Verdict, WantedRuns } from './verdict.ts';

/** A case whose true pass rates are known, because it is made up. */
export interface PlayedCase {
  readonly id: string;
  readonly critical?: boolean;
  /** Earlier editions that were accused of it; 0 by default. */
  readonly accusations?: number;
  /** Stored runs of main, and how many of them were false approvals (0 by default). */
  readonly baseline: Counts;
  readonly baselineHarm?: number;
  /** True pass rates, 0..1. */
  readonly mainRate: number;
  readonly candidateRate: number;
  /** Share of an arm's failures, 0..1, that are false approvals; none by default. */
  readonly harmShare?: { readonly main: number; readonly candidate: number };
}

/** How a made-up change ended. */
export interface PlayedVerdict {
  readonly verdict: Verdict;
  /** Model runs, both arms. */
  readonly runs: number;
  /** How often the gate asked for runs. */
  readonly batches: number;
  /** Everything that ran, as the gate saw it last. */
  readonly state: readonly CaseState[];
}

/** Every batch costs at least one run of the budget, so this is never reached with a budget a person would set. */
const mostBatches = 100_000;

const none: Counts = { passes: 0, runs: 0 };

type Played = Omit<CaseState, 'fresh' | 'confirm' | 'candidate' | 'screening' | 'harm'> & {
  fresh: Counts;
  confirm: Counts;
  candidate: Counts;
  screening: Counts;
  harm: { baseline: number; confirm: number; candidate: number };
};

/**
 * Plays one change through the gate: every run that is wanted passes with its case's true rate.
 * @param cases their counts are checked by whoever has them from outside (`checkStored`), because a change is played hundreds of times
 * @param budget model runs; the options' own by default
 * @param from what ran already, for a verdict that goes on; nothing by default
 */
export function playChange(
  gate: Gate,
  cases: readonly PlayedCase[],
  random: Random,
  budget?: number,
  from?: readonly CaseState[],
): PlayedVerdict {
  const rates = new Map(cases.map((each) => [each.id, each]));
  const state = new Map((from ?? cases.map(startOf)).map((each): [string, Played] => [each.id, { ...each, harm: { ...each.harm } }]));
  const sorted = [...state.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  let runs = 0;
  for (let batches = 0; batches < mostBatches; batches += 1) {
    const step = gate.next(playedState(sorted, budget));
    if (step.kind === 'verdict') return { verdict: step, runs, batches, state: [...state.values()] };
    for (const wanted of step.wanted) {
      addRuns(state.get(wanted.caseId) as Played, wanted, rates.get(wanted.caseId) as PlayedCase, random);
      runs += wanted.runs;
    }
  }
  throw new Error(`The gate asked for ${mostBatches} batches without a verdict.`);
}

function startOf({ id, critical = false, accusations = 0, baseline, baselineHarm = 0 }: PlayedCase): Played {
  const harm = { baseline: baselineHarm, confirm: 0, candidate: 0 };
  return { id, critical, accusations, baseline, fresh: none, confirm: none, candidate: none, screening: none, harm };
}

/** Draws the runs that were asked for and puts their counts where they belong. */
function addRuns(target: Played, { arm, purpose, runs }: WantedRuns, played: PlayedCase, random: Random): void {
  const drawn = sampleCounts(arm === 'candidate' ? played.candidateRate : played.mainRate, runs, random);
  const harm = drawHarm(drawn, arm === 'candidate' ? played.harmShare?.candidate : played.harmShare?.main, random);
  if (arm === 'candidate') {
    target.candidate = addCounts(target.candidate, drawn);
    if (purpose === 'screen') target.screening = addCounts(target.screening, drawn);
    target.harm.candidate += harm;
  } else if (purpose === 'confirm') {
    target.confirm = addCounts(target.confirm, drawn);
    target.harm.confirm += harm;
  } else {
    target.fresh = addCounts(target.fresh, drawn);
    target.harm.baseline += harm;
  }
}

/** How many of the failures are false approvals. Without a share no random number is used. */
export function drawHarm({ passes, runs }: Counts, share: number | undefined, random: Random): number {
  return share === undefined ? 0 : sampleCounts(share, runs - passes, random).passes;
}

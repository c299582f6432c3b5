import { addCounts, type Counts } from '../stats/counts.ts';
import type { Random } from '../stats/random.ts';
import { sampleCounts } from '../stats/sample-counts.ts';
import type { Gate } from './create-gate.ts';
import type { GateCase } from './gate-state.ts';
import type { Verdict, WantedRuns } from './verdict.ts';

/** A case whose true pass rates are known, because it is made up. */
export interface PlayedCase {
  readonly id: string;
  readonly critical?: boolean;
  /** Stored runs of main. */
  readonly baseline: Counts;
  /** True pass rates, 0..1. */
  readonly mainRate: number;
  readonly candidateRate: number;
}

/** How a made-up change ended. */
export interface PlayedVerdict {
  readonly verdict: Verdict;
  /** Model runs, both arms. */
  readonly runs: number;
  /** How often the gate asked for runs. */
  readonly batches: number;
}

/** Every batch costs at least one run of the budget, so this is never reached with a budget a person would set. */
const mostBatches = 100_000;

type MutableCase = { -readonly [Key in 'fresh' | 'confirm' | 'candidate' | 'screening']: Counts } & Pick<GateCase, 'id' | 'baseline'> & {
    critical: boolean;
  };

/** Plays one change through the gate: every run that is wanted passes with its case's true rate. Nothing is a wrong approval. */
export function playChange(gate: Gate, cases: readonly PlayedCase[], random: Random, budget?: number): PlayedVerdict {
  const none: Counts = { passes: 0, runs: 0 };
  const rates = new Map(cases.map((each) => [each.id, each]));
  const state = new Map<string, MutableCase>(
    cases.map(({ id, baseline, critical = false }) => [
      id,
      { id, critical, baseline, fresh: none, confirm: none, candidate: none, screening: none },
    ]),
  );
  let runs = 0;
  for (let batches = 0; batches < mostBatches; batches += 1) {
    const step = gate.next({ cases: [...state.values()], ...(budget === undefined ? {} : { budget }) });
    if (step.kind === 'verdict') return { verdict: step, runs, batches };
    for (const wanted of step.wanted) {
      const played = rates.get(wanted.caseId) as PlayedCase;
      const drawn = sampleCounts(wanted.arm === 'candidate' ? played.candidateRate : played.mainRate, wanted.runs, random);
      addRuns(state.get(wanted.caseId) as MutableCase, wanted, drawn);
      runs += wanted.runs;
    }
  }
  throw new Error(`The gate asked for ${mostBatches} batches without a verdict.`);
}

/** Where the counts of runs belong that were asked for. */
function addRuns(target: MutableCase, { arm, purpose }: WantedRuns, drawn: Counts): void {
  if (arm === 'candidate') {
    target.candidate = addCounts(target.candidate, drawn);
    if (purpose === 'screen') target.screening = addCounts(target.screening, drawn);
  } else if (purpose === 'confirm') target.confirm = addCounts(target.confirm, drawn);
  else target.fresh = addCounts(target.fresh, drawn);
}

import type { KeptRun } from '../contracts/kept-run.ts';
import { readCases } from '../flows/runs/read-cases.ts';

/** A case that one and the same version passes only sometimes. */
export interface FlakyCase {
  readonly caseId: string;
  readonly version: string;
  readonly fingerprint: string;
  /** In its largest run: runs share stored trials, so a sum would count them again. */
  readonly passes: number;
  readonly runs: number;
  /** Least and greatest share of trials that passed in any run, 0..1. */
  readonly low: number;
  readonly high: number;
  /** Kept runs that tried it. */
  readonly seen: number;
  /** The newest of them. */
  readonly runId: string;
}

/** What is flaky over all runs that are kept. Each run is read once. */
export class FlakyCases {
  readonly #root: string;
  readonly #read = new Set<string>();
  readonly #known = new Map<string, FlakyCase>();

  constructor(root: string) {
    this.#root = root;
  }

  /** @param runs all that are kept, newest first; those that go on are left out */
  list(runs: readonly KeptRun[]): FlakyCase[] {
    const ended = runs.filter(({ state }) => state !== 'running');
    const ids = new Set(ended.map(({ id }) => id));
    // What was forgotten takes what it said with it.
    if ([...this.#read].some((id) => !ids.has(id))) {
      this.#read.clear();
      this.#known.clear();
    }
    for (const run of ended.toReversed()) if (!this.#read.has(run.id)) this.#add(run);
    return [...this.#known.values()].filter(({ low, high }) => low < 1 && high > 0 && (low !== high || low > 0)).toSorted(mostFlakyFirst);
  }

  #add(run: KeptRun): void {
    this.#read.add(run.id);
    for (const [caseId, counts] of readCases(this.#root, run.id)) {
      for (const [place, [passes, runs]] of counts.entries()) {
        const version = run.versions[place];
        if (!version?.fingerprint || runs === 0) continue;
        const key = JSON.stringify([version.fingerprint, caseId]);
        const known = this.#known.get(key);
        const share = passes / runs;
        const largest = known && known.runs > runs ? known : { passes, runs };
        this.#known.set(key, {
          caseId,
          version: version.name,
          fingerprint: version.fingerprint,
          passes: largest.passes,
          runs: largest.runs,
          low: Math.min(known?.low ?? 1, share),
          high: Math.max(known?.high ?? 0, share),
          seen: (known?.seen ?? 0) + 1,
          runId: run.id,
        });
      }
    }
  }
}

/** Nearest to a coin toss. */
function mostFlakyFirst(one: FlakyCase, other: FlakyCase): number {
  const distance = ({ passes, runs }: FlakyCase) => Math.abs(passes / runs - 0.5);
  return distance(one) - distance(other) || (one.caseId < other.caseId ? -1 : 1);
}

import type { Method, Problem, ProblemExample } from '../contracts/improvement-plan.ts';
import { clusteredInterval } from '../stats/clustered-interval.ts';
import { wilsonInterval } from '../stats/wilson-interval.ts';
import { clipText } from '../text/clip-text.ts';
import type { RunReading } from './run-reading.ts';

/** Runs that are named, and runs that are quoted. */
const most = { runs: 20, examples: 3, cases: 100, methods: 8, codes: 6 } as const;
const longestQuote = 400;

type Quotes = readonly { readonly from: string; readonly text: string }[];

/** What a run shows: who said what, and why that is wrong. */
export interface Shown {
  readonly quotes: Quotes;
  readonly arithmetic?: string;
}

/** How often one problem was seen, of how many runs that could have it, with some examples. */
export class Sightings {
  #of = 0;
  #seen = 0;
  readonly #runs: string[] = [];
  readonly #examples: ProblemExample[] = [];
  readonly #cases = new Map<string, { passes: number; runs: number }>();
  readonly #codes = new Map<string, number>();
  readonly #methods = new Map<string, { runs: number; example?: string }>();
  #trials = false;

  /** This run could have it. */
  could({ run }: RunReading): void {
    this.#of += 1;
    if (run.kind === 'trial') this.#trials = true;
    if (run.caseId !== undefined) this.#caseOf(run.caseId).runs += 1;
  }

  /** This run has it. */
  saw(reading: RunReading, show: () => Shown): void {
    const { run } = reading;
    this.#seen += 1;
    if (run.caseId !== undefined) this.#caseOf(run.caseId).passes += 1;
    if (this.#runs.length < most.runs) this.#runs.push(run.id);
    for (const code of new Set(run.findings.map((finding) => finding.code))) this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
    // Of trials one of a case is enough to look at.
    const isNew = run.caseId === undefined || !this.#examples.some((example) => example.case === run.caseId);
    if (this.#examples.length < most.examples && isNew) {
      const { quotes, arithmetic } = show();
      this.#examples.push({
        run: run.id,
        kind: run.kind,
        ...(run.caseId === undefined ? {} : { case: run.caseId }),
        quotes: quotes.map(({ from, text }) => ({ from, text: clipText(text, longestQuote) })),
        ...(arithmetic === undefined || arithmetic === '' ? {} : { arithmetic: clipText(arithmetic, 2 * longestQuote) }),
      });
    }
  }

  /** A run arrived at something this way. */
  by(method: string, example: () => string): void {
    const known = this.#methods.get(method);
    if (known) known.runs += 1;
    else if (this.#methods.size < 200) this.#methods.set(method, { runs: 1, example: clipText(example(), longestQuote) });
  }

  get seen(): number {
    return this.#seen;
  }

  get of(): number {
    return this.#of;
  }

  /** The ways, the most frequent first. */
  methods(): Method[] {
    return [...this.#methods]
      .map(([method, known]) => ({ method, ...known }))
      .sort((one, other) => other.runs - one.runs || (one.method < other.method ? -1 : 1));
  }

  /** @param among counts the runs that could have it, where that is somebody else's count */
  problem(told: Omit<Problem, 'seen' | 'runs' | 'cases' | 'examples' | 'findings' | 'methods'>, among: Sightings = this): Problem {
    const counts = [...among.#cases].map(([name, { runs }]) => ({ passes: this.#cases.get(name)?.passes ?? 0, runs }));
    const methods = this.methods().slice(0, most.methods);
    return {
      ...told,
      seen: {
        runs: this.#seen,
        of: Math.max(1, among.#of),
        share: among.#trials ? clusteredInterval(counts) : wilsonInterval({ passes: this.#seen, runs: among.#of }),
      },
      runs: [...this.#runs],
      cases: [...this.#cases]
        .filter(([, { passes }]) => passes > 0)
        .map(([name]) => name)
        .slice(0, most.cases),
      examples: [...this.#examples],
      ...(methods.length > 0 ? { methods } : {}),
      findings: [...this.#codes]
        .map(([code, runs]) => ({ code, runs }))
        .sort((one, other) => other.runs - one.runs || (one.code < other.code ? -1 : 1))
        .slice(0, most.codes),
    };
  }

  #caseOf(name: string): { passes: number; runs: number } {
    const counts = this.#cases.get(name) ?? { passes: 0, runs: 0 };
    this.#cases.set(name, counts);
    return counts;
  }
}

/** Sightings by what they are of, made when one is first asked for. */
export class SightingsOf<Key extends string> {
  readonly #known = new Map<Key, Sightings>();

  of(key: Key): Sightings {
    const sightings = this.#known.get(key) ?? new Sightings();
    this.#known.set(key, sightings);
    return sightings;
  }

  [Symbol.iterator](): IterableIterator<[Key, Sightings]> {
    return this.#known.entries();
  }
}

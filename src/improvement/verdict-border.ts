import { figuresOfValue, labelledFigures, type Unit } from './labelled-figures.ts';
import { noWords, yesWords } from './prompt-rules.ts';
import type { RunReading } from './run-reading.ts';
import { valueAt } from './value-paths.ts';
import { variedInputs } from './varied-inputs.ts';

/** The policy says yes exactly where one of its figures is at most (or at least) another. */
export interface Border {
  readonly figure: string;
  readonly bound: string;
  readonly how: 'at most' | 'at least';
}

/** Runs of both kinds that it takes to believe a border. */
const least = 5;
/** After so many runs a border that is none has long been given up. */
const enough = 500;
/** Of so many runs the input is changed, figure by figure. */
const probed = 8;

/** What the policy decides and says of an input. */
type Said = Pick<RunReading, 'expectedChoice' | 'explained' | 'policyFigures'>;

interface Named {
  readonly value: number;
  readonly unit: Unit;
  /** True for the figure of the sentence in which the explanation says what follows. */
  readonly decides: boolean;
}

/** Finds out by which two of its own figures the policy decides, from what it explains of each run: nobody has to say it twice. */
export class VerdictBorder {
  #pairs: Map<string, Border> | undefined;
  readonly #seen = { yes: 0, no: 0 };
  #varied = 0;

  see(reading: RunReading): void {
    this.#hold(reading);
    const { input } = reading.run;
    const { agent } = reading;
    if (this.#varied >= probed || !input || agent.approvalField === undefined) return;
    this.#varied += 1;
    // Runs may all be of one kind: what the policy says of inputs beside theirs tells a border from a coincidence.
    for (const varied of variedInputs(input)) {
      const expected = agent.policy(varied);
      if (!expected) continue;
      const explained = agent.explain(varied);
      const policyFigures = [...labelledFigures(explained), ...figuresOfValue(expected)];
      this.#hold({ expectedChoice: valueAt(expected, agent.approvalField), explained, policyFigures });
    }
  }

  #hold(reading: Said): void {
    const { expectedChoice, explained } = reading;
    const yes = typeof expectedChoice === 'boolean' ? expectedChoice : undefined;
    if (yes === undefined || explained === '') return;
    this.#seen[yes ? 'yes' : 'no'] += 1;
    if (this.#pairs?.size === 0 || Math.min(this.#seen.yes, this.#seen.no) > enough) return;
    const figures = namedFigures(reading);
    if (!this.#pairs) this.#pairs = new Map(allPairs(figures));
    for (const [key, { figure, bound, how }] of this.#pairs) {
      const [one, other] = [figures.get(figure), figures.get(bound)];
      const holds = one && other && (how === 'at most' ? one.value <= other.value + 0.005 : one.value >= other.value - 0.005) === yes;
      // At the border itself rounding decides what is printed.
      const isAtBorder = one && other && Math.abs(one.value - other.value) < 0.01;
      if (!holds && !isAtBorder) this.#pairs.delete(key);
    }
  }

  /** The border, where exactly one is left or the explanation itself points at one. */
  found(): Border | undefined {
    if (this.#seen.yes < least || this.#seen.no < least || !this.#pairs) return undefined;
    return [...this.#pairs.values()][0];
  }
}

/** By label; of several figures under one the last, which is what a calculation comes to. */
function namedFigures({ policyFigures, explained }: Said): Map<string, Named> {
  const sentences = explained.split(/(?<=[.])\s+|;\s*/);
  const figures = new Map<string, Named>();
  for (const { label, value, unit, text } of policyFigures) {
    if (typeof value !== 'number' || label === '' || (unit !== 'percent' && unit !== 'money' && unit !== 'plain')) continue;
    const sentence = sentences.find((each) => each.includes(text) && each.includes(label)) ?? '';
    figures.set(label, { value, unit, decides: yesWords.test(sentence) || noWords.test(sentence) });
  }
  return figures;
}

/** Pairs that the explanation points at, where it does; the figure that decides stands first. */
function* allPairs(figures: ReadonlyMap<string, Named>): Generator<[string, Border]> {
  const deciding = [...figures].filter(([, { decides }]) => decides);
  for (const [figure, one] of deciding.length > 0 ? deciding : figures) {
    for (const [bound, other] of figures) {
      if (bound === figure || other.unit !== one.unit || /^(?:over|above|at or below|within|under)$/i.test(bound)) continue;
      yield [`${figure} <= ${bound}`, { figure, bound, how: 'at most' }];
      yield [`${figure} >= ${bound}`, { figure, bound, how: 'at least' }];
    }
  }
}

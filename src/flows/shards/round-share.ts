import type { Shard } from '../../contracts/shard.ts';
import type { TrialKey } from '../../contracts/trial.ts';
import type { TrialRequest } from '../../trials/run-trial.ts';
import { cutUnits } from './cut-units.ts';
import type { DurationOf } from './shard-plan.ts';

type Named = Pick<TrialKey, 'versionFingerprint' | 'series' | 'number'>;

/**
 * The order in which one of several machines takes the trials of a round, where each sees what the others have begun: its own part first, then what
 * nobody has begun of the others', from their ends. Who runs what is no matter of right and wrong here: whoever claims a trial runs it.
 */
export class RoundShare {
  readonly #shard: Shard;
  readonly #durationOf: DurationOf;
  /** Whose part each trial was of that was asked for so far; a trial with its twins is one. */
  readonly #parts = new Map<string, number>();

  constructor(shard: Shard, durationOf: DurationOf) {
    this.#shard = shard;
    this.#durationOf = durationOf;
  }

  /** The same trials in the order of this machine. */
  inTurn<Wanted extends { readonly request: TrialRequest }>(wanted: readonly Wanted[]): Wanted[] {
    const { number, count } = this.#shard;
    const known = wanted.flatMap(({ request }) => this.#durationOf(request.caseId) ?? []).sort((one, other) => one - other);
    const usual = known[Math.floor(known.length / 2)] ?? 1;
    const units = wanted.map(({ request }) => ({ name: nameOf(request), weight: this.#durationOf(request.caseId) ?? usual }));
    const parts = cutUnits(units, count);
    const turns = wanted.map((each, index) => {
      const part = parts[index] ?? 1;
      const { name, weight } = units[index] ?? { name: '', weight: usual };
      this.#parts.set(name, part);
      // The next machine's part comes next, so that two that are done early do not ask for the same trials.
      return { each, index, weight, turn: (part - number + count) % count };
    });
    turns.sort((one, other) => {
      if (one.turn !== other.turn) return one.turn - other.turn;
      // Its owner begins with the longest; who takes over begins at the other end.
      const longestFirst = other.weight - one.weight || one.index - other.index;
      return one.turn === 0 ? longestFirst : -longestFirst;
    });
    return turns.map(({ each }) => each);
  }

  /** How many trials were asked for, and how many of them are this machine's part. */
  asked(): { readonly all: number; readonly own: number } {
    const parts = [...this.#parts.values()];
    return { all: parts.length, own: parts.filter((part) => part === this.#shard.number).length };
  }

  /** How many of the trials that ran here are of this machine's part, and how many of others'. */
  ran(keys: Iterable<Named>): { readonly own: number; readonly others: number } {
    const names = new Set([...keys].map(nameOf));
    const own = [...names].filter((name) => this.#parts.get(name) === this.#shard.number).length;
    return { own, others: names.size - own };
  }
}

function nameOf({ versionFingerprint, series, number }: Named): string {
  return `${versionFingerprint} ${series} ${number}`;
}

import type { Find } from '../../contracts/exploration.ts';
import type { InputSource } from '../../mutation/arbitrary-input.ts';
import { plainerInputs, plainnessOf } from '../../mutation/plainer-inputs.ts';
import type { InputMaker, MadeInput } from './1-make-inputs.ts';
import { repeats } from './2-hunt.ts';
import type { FaultKind } from './fault-kind.ts';
import type { TriedInputs } from './tried-inputs.ts';

/** How far the search for the plainest input came. */
interface Shrunk {
  readonly made: MadeInput;
  readonly smallest: boolean;
}

/** Most inputs that are tried again because they show fewer other faults. */
const mostPurer = 3;

/** Looks for the plainest input on which each fault still repeats. */
export class Shrinking {
  readonly #source: InputSource;
  readonly #maker: InputMaker;
  readonly #tried: TriedInputs;
  readonly #shrunk = new Map<string, Shrunk>();

  constructor(source: InputSource, maker: InputMaker, tried: TriedInputs) {
    this.#source = source;
    this.#maker = maker;
    this.#tried = tried;
  }

  /** Shrinks what is not shrunk yet, each with its share of what is left of the budget. */
  async run(kinds: readonly FaultKind[]): Promise<void> {
    const open = kinds.filter(({ name }) => !this.#shrunk.get(name)?.smallest);
    for (const [index, kind] of open.entries()) {
      const share = Math.ceil(this.#tried.left / (open.length - index));
      this.#shrunk.set(kind.name, await this.#smallest(kind, share));
    }
  }

  /** One find a kind of fault, in the order in which they were found. */
  finds(kinds: readonly FaultKind[]): Find[] {
    return kinds
      .map((kind) => {
        const { made, smallest } = this.#shrunk.get(kind.name) ?? { made: this.#plainestKnown(kind), smallest: false };
        return { ...kind.findOn(made), smallest };
      })
      .toSorted((one, other) => one.foundAfter - other.foundAfter);
  }

  async #smallest(kind: FaultKind, share: number): Promise<Shrunk> {
    const end = this.#tried.left - share + repeats.trials;
    const refused = new Set<string>();
    let best = await this.#purest(kind, end);
    let smallest = false;
    while (!smallest && this.#tried.left > end) {
      let better: MadeInput | undefined;
      for (const made of this.#plainerThan(best, refused)) {
        if (this.#tried.left <= end) break;
        if ((await this.#repeatsOn(made, kind)) && kind.othersOn(made) <= kind.othersOn(best)) {
          better = made;
          break;
        }
        refused.add(made.fingerprint);
      }
      smallest = !better && this.#tried.left > end;
      best = better ?? best;
    }
    // As many trials of each find as the rule speaks of.
    while (kind.countsOn(best).trials < repeats.trials && (await kind.again(best)));
    return { made: best, smallest };
  }

  /** An input that shows fewer other faults than those on which it is known to repeat, where it repeats there too: two causes may have one finding. */
  async #purest(kind: FaultKind, end: number): Promise<MadeInput> {
    const best = this.#plainestKnown(kind);
    const purer = kind
      .seenOn()
      .filter((made) => kind.othersOn(made) < kind.othersOn(best))
      .toSorted((one, other) => kind.othersOn(one) - kind.othersOn(other) || this.#plainness(one) - this.#plainness(other));
    for (const made of purer.slice(0, mostPurer)) {
      if (this.#tried.left <= end) break;
      const others = kind.othersOn(made);
      if ((await this.#repeatsOn(made, kind)) && kind.othersOn(made) === others) return made;
    }
    return best;
  }

  /** Of all inputs that were tried, the plainest on which the fault repeats: looking costs nothing. */
  #plainestKnown(kind: FaultKind): MadeInput {
    return kind
      .seenOn()
      .filter((made) => kind.countsOn(made).failures >= repeats.failures)
      .reduce((best, made) => (this.#isPlainer(kind, made, best) ? made : best), this.#shrunk.get(kind.name)?.made ?? kind.first);
  }

  /** An input that shows nothing else says most of a fault; then what is quickest to read. */
  #isPlainer(kind: FaultKind, one: MadeInput, other: MadeInput): boolean {
    const [less, more] = [kind.othersOn(one), kind.othersOn(other)];
    return less === more ? this.#plainness(one) < this.#plainness(other) : less < more;
  }

  #plainerThan(best: MadeInput, refused: ReadonlySet<string>): MadeInput[] {
    const limit = this.#plainness(best);
    const seen = new Set(refused);
    const plainer: MadeInput[] = [];
    for (const input of plainerInputs(this.#source, best.input)) {
      if (plainnessOf(this.#source, input) >= limit) continue;
      const made = this.#maker.admit(input);
      if (!made || seen.has(made.fingerprint)) continue;
      seen.add(made.fingerprint);
      plainer.push(made);
    }
    return plainer.sort((one, other) => this.#plainness(one) - this.#plainness(other));
  }

  /** By the rule of the hunt; given up after a first trial without the fault, because most of what is tried here does not have it. */
  async #repeatsOn(made: MadeInput, kind: FaultKind): Promise<boolean> {
    for (;;) {
      const { trials, failures } = kind.countsOn(made);
      if (failures >= repeats.failures) return true;
      if (trials >= repeats.trials || (trials > 0 && failures === 0)) return false;
      if (!(await kind.again(made))) return false;
    }
  }

  #plainness({ input }: MadeInput): number {
    return plainnessOf(this.#source, input);
  }
}

import type { InputMaker, MadeInput } from './1-make-inputs.ts';
import { courseName, courseOf } from './course.ts';
import type { Pairs, TwinPlace } from './pairs.ts';
import type { Fault, TriedInputs, TriedTrial } from './tried-inputs.ts';

/** How often a fault has to show on one input: chance alone brings most slips once. */
export const repeats = { trials: 5, failures: 2 } as const;
/** Inputs that are tried at a time: always as many, so that what is found does not depend on how many trials run at once. */
const wave = 8;
/** Trials that are kept for shrinking each fault, of at most this share of the budget. */
const kept = { trials: 40, share: 0.6 } as const;

/** A fault that repeats, in runs of one course; of a relation, with the twin. */
export interface KnownFault {
  readonly fault: Fault;
  readonly course: string;
  readonly made: MadeInput;
  readonly foundAfter: number;
  readonly place?: TwinPlace;
}

/** Looks for faults: one trial an input, and more where one shows that is not known yet. */
export class Hunt {
  readonly #maker: InputMaker;
  readonly #tried: TriedInputs;
  readonly #pairs: Pairs;
  readonly #budget: number;
  /** How many twins were asked for. */
  #turn = 0;
  readonly known = new Map<string, KnownFault>();
  /** Seen, and not often enough on any one input. */
  readonly doubtful = new Map<string, { readonly fault: Fault; readonly made: MadeInput }>();

  constructor(maker: InputMaker, tried: TriedInputs, pairs: Pairs, budget: number) {
    this.#maker = maker;
    this.#tried = tried;
    this.#pairs = pairs;
    this.#budget = budget;
  }

  /** Goes on until what is left is needed to shrink what was found; `all` goes on to the end. */
  async run(all: boolean): Promise<void> {
    while (this.#tried.left > (all ? 0 : this.#kept())) {
      const inputs = this.#maker.next(Math.min(wave, this.#tried.left));
      if (inputs.length === 0) return;
      for (const trial of await this.#tried.run(inputs)) {
        await this.#look(trial);
        // Where one of two decisions is wrong by itself, that they do not agree says nothing new.
        if (trial.faults.length === 0 && this.#tried.left > 0) await this.#relate(trial.made);
      }
    }
  }

  /** Tries one twin of an input, another relation's each time, and both again where the relation does not hold. */
  async #relate(made: MadeInput): Promise<void> {
    const place = this.#nextOf(this.#pairs.placesOf(made));
    const twin = place && this.#pairs.twinOf(made, place);
    if (!twin) return;
    await this.#pairs.again(made, place);
    for (const trial of this.#tried.of(twin).slice(0, 1)) if (trial.faults.length > 0) return this.#look(trial);
    const broken = () => this.#pairs.of(made, place).filter(({ findings }) => findings.length > 0);
    const [finding] = broken()[0]?.findings ?? [];
    if (!finding || this.known.has(place.relation.name)) return;
    while (this.#pairs.of(made, place).length < repeats.trials && (await this.#pairs.again(made, place)));
    const fault: Fault = { name: finding.code, saidBy: place.relation.name, message: finding.message };
    if (broken().length < repeats.failures) this.doubtful.set(place.relation.name, { fault, made });
    else {
      this.known.set(place.relation.name, { fault, course: '', made, foundAfter: this.#tried.spent, place });
      this.doubtful.delete(place.relation.name);
    }
  }

  /** Kinds take turns, and within a kind its twins: seven attributes would leave little for anything else. */
  #nextOf(places: readonly TwinPlace[]): TwinPlace | undefined {
    const kinds = [...Map.groupBy(places, ({ relation: { kind } }) => kind).values()];
    const ofKind = kinds[this.#turn % Math.max(1, kinds.length)] ?? [];
    const place = ofKind[Math.floor(this.#turn / Math.max(1, kinds.length)) % Math.max(1, ofKind.length)];
    this.#turn += 1;
    return place;
  }

  #kept(): number {
    return Math.min(this.known.size * kept.trials, this.#budget * kept.share);
  }

  async #look(trial: TriedTrial): Promise<void> {
    const { made } = trial;
    if (trial.faults.every((fault) => this.known.has(keyOf(fault, trial)))) return;
    await this.#tried.run(Array.from({ length: repeats.trials - this.#tried.of(made).length }, () => made));
    const trials = this.#tried.of(made);
    for (const each of trials)
      for (const fault of each.faults) {
        const key = keyOf(fault, each);
        if (this.known.has(key)) continue;
        if (showing(trials, fault.name).length < repeats.failures) this.doubtful.set(key, { fault, made });
        else {
          this.known.set(key, { fault, course: courseName(courseOf(each.trial)), made, foundAfter: this.#tried.spent });
          this.doubtful.delete(key);
        }
      }
  }
}

/** Trials that show a fault. */
export function showing(trials: readonly TriedTrial[], name: string): TriedTrial[] {
  return trials.filter(({ faults }) => faults.some((fault) => fault.name === name));
}

function keyOf({ name }: Fault, { trial }: TriedTrial): string {
  return `${name} ${courseName(courseOf(trial))}`;
}

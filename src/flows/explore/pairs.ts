import { rulesOf } from '../../agent/rules-of.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { Relation } from '../../contracts/relation.ts';
import type { Finding } from '../../contracts/score.ts';
import { twinsOf } from '../cases/families.ts';
import type { Session } from '../session.ts';
import type { InputMaker, MadeInput } from './1-make-inputs.ts';
import type { TriedInputs, TriedTrial } from './tried-inputs.ts';

/** A relation with one of the twins that it makes, by its place among them. */
export interface TwinPlace {
  readonly relation: Relation;
  readonly at: number;
}

/** An input with its twin where both were tried under one number, and what is wrong between the decisions. */
export interface TriedPair {
  readonly source: TriedTrial;
  readonly twin: TriedTrial;
  readonly findings: readonly Finding[];
}

/** Holds decisions on an input and on its twins against the agent's relations. */
export class Pairs {
  readonly #agent: Session['agent'];
  readonly #maker: InputMaker;
  readonly #tried: TriedInputs;
  readonly #twins = new Map<string, readonly (MadeInput | undefined)[]>();

  constructor(agent: Session['agent'], maker: InputMaker, tried: TriedInputs) {
    this.#agent = agent;
    this.#maker = maker;
    this.#tried = tried;
  }

  /** All twins that the agent's relations make of an input, as places. */
  placesOf(made: MadeInput): TwinPlace[] {
    return (this.#agent.relations ?? []).flatMap((relation) =>
      this.#twinsOf(made, relation).flatMap((twin, at) => (twin ? [{ relation, at }] : [])),
    );
  }

  twinOf(made: MadeInput, { relation, at }: TwinPlace): MadeInput | undefined {
    return this.#twinsOf(made, relation)[at];
  }

  /** Both run once more, the one that was run less often first. */
  async again(made: MadeInput, place: TwinPlace): Promise<boolean> {
    const twin = this.twinOf(made, place);
    if (!twin) return false;
    const wanted = this.of(made, place).length + 1;
    const missing = [made, twin].filter((each) => this.#tried.of(each).length < wanted);
    return (await this.#tried.run(missing)).length === missing.length;
  }

  /** Trials of both under the same number that ended in a decision. */
  of(made: MadeInput, place: TwinPlace): TriedPair[] {
    const twin = this.twinOf(made, place);
    if (!twin) return [];
    const twins = new Map(this.#tried.of(twin).map((each) => [each.trial.key.number, each]));
    return this.#tried.of(made).flatMap((source) => {
      const other = twins.get(source.trial.key.number);
      return other ? [{ source, twin: other, findings: this.#check(place.relation, source, other) }] : [];
    });
  }

  #check(relation: Relation, source: TriedTrial, twin: TriedTrial): readonly Finding[] {
    const [one, other] = [source.trial.outcome, twin.trial.outcome];
    if (one.kind !== 'decided' || other.kind !== 'decided') return [];
    return asking(relation, () =>
      relation.check(
        { input: source.made.input, decision: one.decision },
        { input: twin.made.input, decision: other.decision },
        rulesOf(this.#agent),
      ),
    );
  }

  #twinsOf(made: MadeInput, relation: Relation): readonly (MadeInput | undefined)[] {
    const key = `${relation.name} ${made.fingerprint}`;
    const known = this.#twins.get(key);
    if (known) return known;
    const answer = twinsOf(relation, { case: { id: 'made-by-explore' }, input: made.input });
    const admitted = 'why' in answer ? [] : answer.map(({ input }) => this.#maker.admitTwin(input));
    // What makes a twin another input may be no part of what this version takes.
    const twins = admitted.map((twin) => (twin?.fingerprint === made.fingerprint ? undefined : twin));
    this.#twins.set(key, twins);
    return twins;
  }
}

/** @throws {DocketError} naming the relation whose code failed */
function asking<Answer>({ name }: Relation, ask: () => Answer): Answer {
  try {
    return ask();
  } catch (cause) {
    throw new DocketError(`The relation "${name}" failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

import fc from 'fast-check';
import { fingerprintInput } from '../../agent/fingerprint.ts';
import { parseInput } from '../../agent/parse-input.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { type InputSource, proposedInput } from '../../mutation/arbitrary-input.ts';
import { count, counted } from '../../text/figures.ts';

/** An input that the agent takes, with the policy's answer where there is a policy. */
export interface MadeInput {
  readonly input: JsonObject;
  readonly fingerprint: string;
  readonly expected: JsonObject | undefined;
}

/** Inputs are made so many at a time. */
const portion = 100;
/** After so many portions without an input that is new there are no others, or next to none. */
const mostBarren = 10;

/** Makes inputs one after the other, each once; the same seed makes the same ones. */
export class InputMaker {
  readonly #source: InputSource;
  readonly #arbitrary: fc.Arbitrary<JsonObject>;
  readonly #seed: number;
  readonly #seen = new Set<string>();
  #waiting: MadeInput[] = [];
  #portions = 0;
  #made = 0;
  #fault = '';
  /** Inputs that the agent's schema did not take. */
  invalid = 0;
  /** Inputs for which the policy had no answer, with what it said of one. */
  withoutPolicy = 0;

  /** @throws {DocketError} where there is nothing to make inputs from */
  constructor(source: InputSource, seed: number) {
    this.#source = source;
    this.#arbitrary = proposedInput(source);
    this.#seed = seed;
  }

  /**
   * The next so many; fewer where there are no more.
   * @throws {DocketError} when none of all that was made can be used, or making them fails
   */
  next(many: number): MadeInput[] {
    for (let barren = 0; this.#waiting.length < many && barren < mostBarren; ) {
      const before = this.#waiting.length;
      this.#fill();
      barren = this.#waiting.length === before ? barren + 1 : 0;
    }
    if (this.#seen.size === 0)
      throw new DocketError(
        `None of ${counted(this.#made, 'input')} that were made can be used: ${count(this.invalid)} the agent "${this.#source.agent.name}" does not take, and for ${count(this.withoutPolicy)} its policy has no answer. The first: ${this.#fault}`,
      );
    return this.#waiting.splice(0, many);
  }

  /** The same of an input that a relation makes of another one; nothing is counted, because it was not made to be tried by itself. */
  admitTwin(input: JsonObject): MadeInput | undefined {
    const before = { invalid: this.invalid, withoutPolicy: this.withoutPolicy };
    const made = this.admit(input);
    Object.assign(this, before);
    return made;
  }

  /** The input as one to try; undefined, and counted, where the agent does not take it or its policy has no answer. */
  admit(proposed: unknown): MadeInput | undefined {
    const { agent } = this.#source;
    const end = parseInput(agent, proposed);
    if (!end.success) {
      this.invalid += 1;
      this.#fault ||= `${shown(proposed)}: ${end.error.issues[0]?.message ?? 'refused by the schema'}`;
      return undefined;
    }
    const input = end.data;
    const fingerprint = fingerprintOf(input);
    if (fingerprint === undefined) {
      this.invalid += 1;
      this.#fault ||= `${shown(input)}: it holds something that is not JSON`;
      return undefined;
    }
    try {
      return { input, fingerprint, expected: agent.policy?.(input) };
    } catch (error) {
      this.withoutPolicy += 1;
      this.#fault ||= `${shown(input)}: the policy failed (${error instanceof Error ? error.message : String(error)})`;
      return undefined;
    }
  }

  #fill(): void {
    this.#portions += 1;
    let proposed: unknown[];
    try {
      // Another seed for each portion, so that no portion begins like the one before.
      proposed = fc.sample(this.#arbitrary, { numRuns: portion, seed: (this.#seed + this.#portions * 7919) | 0 });
    } catch (cause) {
      throw new DocketError(
        `Inputs of "${this.#source.agent.name}" could not be made: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
    for (const each of proposed) {
      this.#made += 1;
      const made = this.admit(each);
      if (!made || this.#seen.has(made.fingerprint)) continue;
      this.#seen.add(made.fingerprint);
      this.#waiting.push(made);
    }
  }
}

function fingerprintOf(input: JsonObject): string | undefined {
  try {
    return fingerprintInput(input);
  } catch {
    return undefined;
  }
}

function shown(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 200);
  } catch {
    return String(value);
  }
}

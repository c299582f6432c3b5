import type { SourcePlace } from '../contracts/improvement-plan.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import { type NumberSource, numbersWithin } from '../text/number-sources.ts';
import { possibleNumbersIn } from '../text/numbers-in.ts';
import type { DeclaredAgent } from './declared-agent.ts';
import { isOtherPeriod } from './figure-period.ts';
import { type InventedRule, inventedRules } from './invented-rules.ts';
import {
  figuresOfValue,
  type LabelledFigure,
  labelledFigures,
  mayMean,
  sameUnit,
  sameWord,
  says,
  within,
  wordsOf,
} from './labelled-figures.ts';
import type { ObservedCall, ObservedRun } from './observed-run.ts';
import { noWords, type PromptRule, promptRules, yesWords } from './prompt-rules.ts';
import type { SpokenRun } from './spoken-run.ts';
import { type UntracedNumber, untracedNumbers } from './untraced-numbers.ts';
import { flat, valueAt } from './value-paths.ts';
import { type AgainstWords, againstWords } from './word-claims.ts';

/** A figure of a tool's result, held against the policy. */
export interface ToldFigure extends LabelledFigure {
  readonly tool: string;
  /** False when the policy calls something by this name and gives it another value; undefined when it does not speak of it. */
  readonly right: boolean | undefined;
  /** What the policy says of it instead. */
  readonly policy?: LabelledFigure;
}

/** How a field of the decision was arrived at. */
export interface FieldMethod {
  readonly field: string;
  readonly value: JsonValue;
  /** What the policy makes it; undefined where it does not fix it. */
  readonly expected: JsonValue | undefined;
  readonly right: boolean | undefined;
  /** `policy`: right; `source`: copied from somewhere; `nothing`: 0; `guess`: a figure of the model's own. */
  readonly kind: 'policy' | 'source' | 'nothing' | 'guess' | 'other';
  readonly method: string;
}

/** What is true of all runs of an agent. */
export class AgentReading {
  readonly agent: DeclaredAgent;
  readonly rules: readonly PromptRule[];
  /** Numbers that everybody may know: of the prompt, the descriptions of tools, the schema. */
  readonly common: readonly NumberSource[];
  readonly textFields: readonly string[];
  readonly figureFields: readonly { readonly name: string; readonly words: readonly string[] }[];
  readonly #descriptions = new Map<string, readonly string[]>();

  constructor(agent: DeclaredAgent) {
    this.agent = agent;
    this.rules = promptRules(agent);
    const told = [
      agent.prompt.text,
      ...agent.tools.map(({ description }) => description),
      ...agent.fields.map(({ description }) => description),
    ];
    this.common = told.flatMap(possibleNumbersIn);
    this.textFields = agent.fields.filter(({ name, type }) => type === 'string' && name !== agent.approvalField).map(({ name }) => name);
    this.figureFields = agent.fields
      .filter(({ name, type }) => name !== agent.approvalField && type !== 'string')
      .map(({ name }) => ({ name, words: wordsOf(name) }));
  }

  of(run: ObservedRun): RunReading {
    return new RunReading(run, this);
  }

  rule(about: (rule: PromptRule) => boolean): PromptRule | undefined {
    return this.rules.find(about);
  }

  /** The words of a tool's description. */
  descriptionOf(tool: string): readonly string[] {
    const known = this.#descriptions.get(tool) ?? wordsOf(this.agent.tools.find(({ name }) => name === tool)?.description ?? '');
    this.#descriptions.set(tool, known);
    return known;
  }

  /** The rule that speaks of a field. */
  ruleOn(field: string): PromptRule | undefined {
    return this.rule(({ topics }) =>
      field === this.agent.approvalField ? topics.verdict : topics.fields.some((each) => each.field === field),
    );
  }

  /** Where a rule stands, or the prompt as a whole. */
  placeOf(rule?: PromptRule): { readonly place?: SourcePlace } {
    const { prompt, promptLine } = this.agent;
    const place = (rule && promptLine?.(rule.line)) ?? prompt.place;
    return place ? { place } : {};
  }
}

/** What can be read out of one run, each once and when it is first asked for. */
export class RunReading implements SpokenRun {
  readonly run: ObservedRun;
  readonly #of: AgentReading;
  readonly #known = new Map<string, unknown>();

  constructor(run: ObservedRun, of: AgentReading) {
    this.run = run;
    this.#of = of;
  }

  #once<T>(name: string, read: () => T): T {
    if (!this.#known.has(name)) this.#known.set(name, read());
    return this.#known.get(name) as T;
  }

  get agent(): DeclaredAgent {
    return this.#of.agent;
  }

  /** The policy's decision; undefined where there is none to be had. */
  get expected(): JsonObject | undefined {
    return this.#once('expected', () => (this.run.input ? this.agent.policy(this.run.input) : undefined));
  }

  /** The policy's arithmetic in words. */
  get explained(): string {
    return this.#once('explained', () => (this.run.input ? this.agent.explain(this.run.input) : ''));
  }

  /** What the policy says, by its names. */
  get policyFigures(): readonly LabelledFigure[] {
    return this.#once('policyFigures', () => [...labelledFigures(this.explained), ...figuresOfValue(this.expected ?? {})]);
  }

  get toldFigures(): readonly ToldFigure[] {
    return this.#once('toldFigures', () =>
      this.run.calls.flatMap((call, index) => {
        const { tool, result, isError } = call;
        if (isError) return [];
        const isOfAnother = this.#asksOtherwise(call, this.run.calls.slice(0, index));
        return labelledFigures(result).map((figure) =>
          isOfAnother ? { ...figure, tool, right: undefined } : this.#heldAgainstPolicy(tool, figure),
        );
      }),
    );
  }

  /** True where the model gave a tool another figure than the input, or an earlier tool, has by that name: what the tool says then is no answer about this input. */
  #asksOtherwise({ input }: ObservedCall, earlier: readonly ObservedCall[]): boolean {
    const given = figuresOfValue(input).filter(({ value }) => typeof value === 'number');
    if (given.length === 0) return false;
    const known = [...figuresOfValue(this.run.input ?? {}), ...earlier.flatMap(({ result }) => labelledFigures(result))];
    return given.some((figure) => {
      const namesakes = known.filter(
        ({ words, value }) => typeof value === 'number' && within(words, figure.words) && within(figure.words, words),
      );
      return namesakes.length > 0 && !namesakes.some(({ value }) => sameNumber(value, figure.value));
    });
  }

  #heldAgainstPolicy(tool: string, figure: LabelledFigure): ToldFigure {
    const namesakes = this.policyFigures.filter((each) => mayBeOne(figure, each));
    if (namesakes.length === 0 || figure.words.length === 0) return { ...figure, tool, right: undefined };
    // What the description speaks of tells namesakes apart: a figure that happens to be another one's is not right by it.
    const spoken = [...figure.words, ...this.#of.descriptionOf(tool)];
    const share = ({ words }: LabelledFigure) => words.filter((word) => spoken.some((each) => sameWord(each, word))).length / words.length;
    // Of one calculation the last figure is what it comes to.
    const best = namesakes.reduce((one, other) => (share(other) >= share(one) ? other : one));
    if (namesakes.some((each) => share(each) === share(best) && sameValue(figure, each))) return { ...figure, tool, right: true };
    return isOtherPeriod(figure, best) ? { ...figure, tool, right: undefined } : { ...figure, tool, right: false, policy: best };
  }

  /** Fields of the decision that hold figures, by how each was arrived at. */
  get methods(): readonly FieldMethod[] {
    return this.#once('methods', () => {
      const { decision } = this.run;
      if (!decision) return [];
      return this.#of.figureFields.flatMap(({ name }) => {
        const value = valueAt(decision, name);
        return typeof value === 'number' ? [this.#methodOf(name, value)] : [];
      });
    });
  }

  #methodOf(field: string, value: number): FieldMethod {
    const own = wordsOf(field);
    const decided = this.expected === undefined ? undefined : valueAt(this.expected, field);
    const namesake = this.policyFigures.findLast(
      ({ words, value }) => typeof value === 'number' && within(words, own) && within(own, words),
    );
    const expected = decided ?? (namesake?.value as number | undefined);
    const right =
      typeof expected === 'number'
        ? closeTo(value, expected) || (decided === undefined && Math.abs(value - expected) <= (namesake?.step ?? 0))
        : undefined;
    const known = { field, value, expected, right };
    if (right) return { ...known, kind: 'policy', method: "the policy's figure" };
    const told = this.toldFigures.filter((figure) => typeof figure.value === 'number' && says(figure, value));
    const source = told.find(({ words }) => mayMean(words, own)) ?? told[0];
    if (value === 0) return { ...known, kind: 'nothing', method: '0' };
    if (source) return { ...known, kind: 'source', method: `${source.tool}'s "${source.label}"` };
    const given = Object.entries(flat(this.run.input ?? {})).find(([, input]) => input === value);
    if (given) return { ...known, kind: 'source', method: `the input's ${given[0]}` };
    if (typeof expected === 'number' && Math.abs(value - expected) <= Math.abs(expected) * 0.001)
      return { ...known, kind: 'other', method: "the policy's figure, rounded" };
    if (value >= 500 && value % 500 === 0) return { ...known, kind: 'guess', method: 'a round figure that nothing gives' };
    return { ...known, kind: 'guess', method: 'a figure that nothing gives' };
  }

  /** What the decision says in words. */
  get words(): string {
    return this.#once('words', () => this.#of.textFields.map((name) => String(valueAt(this.run.decision ?? {}, name) ?? '')).join('\n'));
  }

  get sentences(): readonly string[] {
    return this.#once('sentences', () =>
      [
        ...new Set(
          this.words
            .slice(0, 20_000)
            .split(/(?<=[.!?])\s+|\n+/)
            .map((each) => each.trim()),
        ),
      ].filter(Boolean),
    );
  }

  get choice(): JsonValue | undefined {
    const { approvalField } = this.agent;
    return approvalField === undefined || !this.run.decision ? undefined : valueAt(this.run.decision, approvalField);
  }

  get expectedChoice(): JsonValue | undefined {
    const { approvalField } = this.agent;
    return approvalField === undefined || !this.expected ? undefined : valueAt(this.expected, approvalField);
  }

  /** True for a wrong choice, false for a right one, undefined where nothing says. */
  get choiceIsWrong(): boolean | undefined {
    if (this.choice === undefined || this.expectedChoice === undefined) return undefined;
    return JSON.stringify(this.choice) !== JSON.stringify(this.expectedChoice);
  }

  /** True for yes, false for no, undefined where the choice is neither. */
  get saysYes(): boolean | undefined {
    if (typeof this.choice === 'boolean') return this.choice;
    if (typeof this.choice !== 'string') return undefined;
    return yesWords.test(this.choice) ? true : noWords.test(this.choice) ? false : undefined;
  }

  /** Every number that somebody gave: tools, the input, the user, the policy, the prompt, the decision itself. */
  get sources(): readonly NumberSource[] {
    return this.#once('sources', () => {
      const { run } = this;
      const reasons = Object.fromEntries(this.#of.textFields.map((name) => [name, '']));
      const values = [run.input ?? {}, this.expected ?? {}, { ...run.decision, ...reasons }].flatMap(numbersWithin);
      const texts = [...run.calls.map(({ result }) => result), run.userMessage, this.explained];
      const all = [...this.#of.common, ...values, ...texts.flatMap((text) => possibleNumbersIn(text.slice(0, 20_000)))];
      return [...new Map(all.map(({ value, kind }) => [`${kind} ${value}`, { value, kind }])).values()];
    });
  }

  /** Sentences that do not go with the decision. */
  get against(): readonly AgainstWords[] {
    return this.#once('against', () => againstWords(this));
  }

  /** Rules that nobody gave. */
  get invented(): readonly InventedRule[] {
    return this.#once('invented', () => inventedRules(this));
  }

  /** Numbers that nobody gave. */
  get untraced(): readonly UntracedNumber[] {
    return this.#once('untraced', () => untracedNumbers(this, this.invented));
  }

  get decision(): JsonObject | undefined {
    return this.run.decision;
  }

  get fields(): DeclaredAgent['fields'] {
    return this.agent.fields;
  }

  get hasInput(): boolean {
    return this.run.input !== undefined;
  }

  get hasSources(): boolean {
    return this.run.calls.length > 0 || this.run.input !== undefined;
  }
}

/** A yes or no is held against one of the very same name alone: `approved_before` is not `approved`. */
function mayBeOne(one: LabelledFigure, other: LabelledFigure): boolean {
  if (!sameUnit(one.unit, other.unit)) return false;
  return one.unit === 'flag' ? within(one.words, other.words) && within(other.words, one.words) : mayMean(one.words, other.words);
}

/** Rounding on the way is no fault: a cent, or a dollar in a hundred thousand. */
export function closeTo(value: number, expected: number): boolean {
  return Math.abs(value - expected) <= Math.max(0.021, Math.abs(expected) * 1e-5);
}

/** As exactly as the coarser of the two is written; one that is written shorter may also be cut off. */
function sameValue(one: LabelledFigure, other: LabelledFigure): boolean {
  if (typeof one.value !== 'number' || typeof other.value !== 'number') return one.value === other.value;
  const [coarse, fine] = one.step >= other.step ? [one, other] : [other, one];
  if (says(coarse, fine.value)) return true;
  const isCutOff = coarse.step > fine.step * 1.5 && typeof fine.value === 'number' && typeof coarse.value === 'number';
  return (
    isCutOff && (fine.value as number) - (coarse.value as number) >= 0 && (fine.value as number) - (coarse.value as number) < coarse.step
  );
}

function sameNumber(one: number | string, other: number | string): boolean {
  return typeof one === 'number' && typeof other === 'number' && closeTo(one, other);
}

import type { JsonObject, JsonValue } from '../contracts/json.ts';
import { ownField } from '../contracts/own-field.ts';
import type { Finding } from '../contracts/score.ts';
import type { PromptTrialScorer, RunEvidence } from '../contracts/scorer.ts';
import { type NumberKind, numbersIn, type SaidNumber } from './numbers-in.ts';
import { scoreOf } from './score.ts';

export interface TracedNumbersOptions {
  /** Field of the decision that gives the reasons; `reasoning` when not given. */
  readonly field?: string;
  /** What else may be said: the policy's own figures, as a text with their units ("36 %, 30-year, $2,435.48"). */
  readonly alsoKnown?: string | ((input: JsonObject) => string);
  /** False: the score informs and does not decide. */
  readonly hard?: boolean;
}

interface Source {
  readonly value: number;
  readonly kind: NumberKind;
}

/** Digits from which a ratio is no coincidence. */
const tellingDigits = 3;
/** Room for binary fractions. */
const hair = 1e-9;

/**
 * Whether each number in the reasoning comes from somewhere: a tool's result, the input, the decision or the policy, as it is or rounded, as a percentage or a fraction, a month's part
 * of a year, as a sum or difference of two figures of its kind, or their ratio. One that comes from nowhere is arithmetic, or a fact, of the model's own. Small counts,
 * years and "100 %" are anybody's.
 */
export function tracedNumbers({ field = 'reasoning', alsoKnown = '', hard = true }: TracedNumbersOptions = {}): PromptTrialScorer {
  const name = 'traced-numbers';
  return {
    scope: 'trial',
    name,
    needs: ['input'],
    fields: [field],
    settings: { field, alsoKnown: alsoKnown.toString(), hard },
    score({ input, trial }) {
      if (trial.outcome.kind !== 'decided') return undefined;
      const { decision } = trial.outcome;
      const reasoning = ownField(decision, field);
      if (typeof reasoning !== 'string') return undefined;
      const said = numbersIn(reasoning).filter((each) => !isAnybodys(each));
      const sources = sourcesOf(input, trial, { ...decision, [field]: '' }, typeof alsoKnown === 'string' ? alsoKnown : alsoKnown(input));
      const findings = said
        .filter((each) => !isTraced(each, sources))
        .map(
          ({ text }): Finding => ({
            code: 'untraced-number',
            message: `the reasoning says ${text}, which no tool gave, and which follows neither from the input nor from the decision or the policy`,
          }),
        );
      const once = [...new Map(findings.map((finding) => [finding.message, finding])).values()];
      return scoreOf(
        name,
        hard,
        once,
        said.length === 0 ? 'the reasoning states no figure' : 'every figure in the reasoning comes from somewhere',
      );
    },
  };
}

function isAnybodys({ value, kind, text }: SaidNumber): boolean {
  if (value === 0 || (kind === 'percent' && value === 100)) return true;
  if (kind !== 'plain' || !/^\d+$/.test(text)) return false;
  return value <= 10 || (value >= 1900 && value <= 2100);
}

function sourcesOf(input: JsonObject, { transcript }: RunEvidence, decision: JsonObject, known: string): Source[] {
  const texts = [transcript.userMessage, known, ...transcript.steps.flatMap((step) => (step.kind === 'tool-call' ? [step.result] : []))];
  const found: Source[] = [...texts.flatMap(numbersIn), ...numbersWithin(input), ...numbersWithin(decision)];
  const different = new Map(found.map(({ value, kind }) => [`${kind} ${value}`, { value, kind }]));
  return [...different.values()];
}

function numbersWithin(value: JsonValue): Source[] {
  if (typeof value === 'number') return [{ value, kind: 'plain' }];
  if (typeof value === 'string') return numbersIn(value);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersWithin) : [];
}

function isTraced(said: SaidNumber, sources: readonly Source[]): boolean {
  const near = (value: number, step = said.step, times = 1) =>
    Math.abs(said.value * times - Math.abs(value)) <= (step * times) / 2 + hair * Math.max(1, Math.abs(value));
  const ofKind = sources.filter(({ kind }) => kind === said.kind || kind === 'plain' || said.kind === 'plain');
  if (ofKind.some(({ value }) => near(value))) return true;
  // 0.36 for 36 %, and the other way round; a month's part of a year's sum.
  if (said.kind === 'percent' && sources.some(({ value, kind }) => kind === 'plain' && near(value * 100))) return true;
  if (said.kind === 'plain' && said.value < 10 && sources.some(({ value, kind }) => kind === 'percent' && near(value, said.step, 100)))
    return true;
  if (said.kind !== 'percent' && ofKind.some(({ value, kind }) => kind !== 'percent' && (near(value * 12) || near(value / 12))))
    return true;
  return isDerived(said, ofKind, near);
}

/** Of two figures: their difference, their sum; and where it has digits enough, their ratio. */
function isDerived(said: SaidNumber, ofKind: readonly Source[], near: (value: number) => boolean): boolean {
  const amounts = ofKind.filter(({ kind }) => said.kind === 'percent' || kind !== 'percent');
  const alike = pairsOf(amounts).filter(([one, other]) => one.kind === other.kind || one.kind === 'plain' || other.kind === 'plain');
  if (alike.some(([one, other]) => near(one.value - other.value) || near(one.value + other.value))) return true;
  const factor = said.kind === 'percent' ? 100 : 1;
  // A ratio in words is a percentage, a multiple, or has decimals.
  if (said.kind === 'money' || (said.kind === 'plain' && said.step >= 1)) return false;
  if (said.kind !== 'times' && said.digits < tellingDigits) return false;
  const counted = ofKind.filter(({ kind }) => kind !== 'percent');
  return pairsOf(counted).some(
    ([one, other]) =>
      (other.value !== 0 && near((factor * one.value) / other.value)) || (one.value !== 0 && near((factor * other.value) / one.value)),
  );
}

function pairsOf(sources: readonly Source[]): (readonly [Source, Source])[] {
  return sources.flatMap((one, index) => sources.slice(index + 1).map((other) => [one, other] as const));
}

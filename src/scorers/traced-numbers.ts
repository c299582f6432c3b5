import type { JsonObject } from '../contracts/json.ts';
import { ownField } from '../contracts/own-field.ts';
import type { Finding } from '../contracts/score.ts';
import type { PromptTrialScorer, RunEvidence } from '../contracts/scorer.ts';
import { isAnybodys, isTraced, type NumberSource, numbersWithin } from '../text/number-sources.ts';
import { numbersIn, possibleNumbersIn } from '../text/numbers-in.ts';
import { scoreOf } from './score.ts';

export interface TracedNumbersOptions {
  /** Field of the decision that gives the reasons; `reasoning` when not given. */
  readonly field?: string;
  /** What else may be said: the policy's own figures, as a text with their units ("36 %, 30-year, $2,435.48"). */
  readonly alsoKnown?: string | ((input: JsonObject) => string);
  /** False: the score informs and does not decide. */
  readonly hard?: boolean;
}

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

function sourcesOf(input: JsonObject, { transcript }: RunEvidence, decision: JsonObject, known: string): NumberSource[] {
  const texts = [transcript.userMessage, known, ...transcript.steps.flatMap((step) => (step.kind === 'tool-call' ? [step.result] : []))];
  const found: NumberSource[] = [...texts.flatMap(possibleNumbersIn), ...numbersWithin(input), ...numbersWithin(decision)];
  const different = new Map(found.map(({ value, kind }) => [`${kind} ${value}`, { value, kind }]));
  return [...different.values()];
}

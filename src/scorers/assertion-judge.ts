import { isModelGraded } from '../contracts/assertion-type.ts';
import { canonicalJson, sha256 } from '../contracts/canonical-json.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { JudgeIdentity } from '../contracts/scorer.ts';

/** Share of wrong answers that a model-graded assertion may pass, by its upper 95 % bound. */
const maxFalsePass = 0.1;

/** A model-graded assertion is a judge like any other: it informs until it was held against labels of people. */
export function judgeOfAssertion(settings: JsonObject, hard: boolean): { readonly judge?: JudgeIdentity } {
  if (typeof settings.type !== 'string' || !isModelGraded(settings.type)) return {};
  const { provider, ...rubric } = settings;
  return { judge: { model: modelOf(provider), rubric: sha256(canonicalJson(rubric)), maxFalsePass, hard } };
}

/** Whom promptfoo asks. What stands behind a name of a vendor's may change; who answered is not told. */
function modelOf(provider: JsonObject[string] | undefined): string {
  if (provider === undefined) return "promptfoo's default grader";
  return typeof provider === 'string' ? provider : canonicalJson(provider);
}

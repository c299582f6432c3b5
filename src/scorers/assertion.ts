import { unjudging } from '../contracts/assertion-type.ts';
import { DocketError } from '../contracts/docket-error.ts';
import { type JsonObject, type JsonValue, jsonObjectSchema } from '../contracts/json.ts';
import { type Grading, loadPromptfoo } from '../contracts/promptfoo-library.ts';
import type { Score } from '../contracts/score.ts';
import type { TrialEvidence, TrialScorer } from '../contracts/scorer.ts';
import { judgeOfAssertion } from './assertion-judge.ts';
import { decisionOf, lastText } from './score.ts';

/** An assertion as promptfoo's configuration has it, in JSON. */
export interface Assertion {
  /** `is-json`, `javascript`, `python`, `contains`, `llm-rubric`, …, and the same with `not-` before it. */
  readonly type: string;
  /** What it compares with or runs; `{{amount}}` is the input's field, `{{expected.approved}}` the label's. */
  readonly value?: JsonValue;
  readonly threshold?: number;
  /** Whom a model-graded one asks. */
  readonly provider?: JsonValue;
  readonly rubricPrompt?: JsonValue;
  readonly metric?: string;
  readonly [more: string]: JsonValue | undefined;
}

export interface AssertionOptions {
  /** The score's name; the assertion's `metric` or `type` when not given. */
  readonly name?: string;
  /** False: the score informs and does not decide. */
  readonly hard?: boolean;
  /** Ids of the cases that it is about; all of them when not given. */
  readonly cases?: readonly string[];
  /** What is looked at: the decision, when not given, or the text that the agent said last. */
  readonly output?: 'decision' | 'text';
}

/**
 * An assertion of promptfoo as a scorer, by promptfoo's own code: a suite that is imported keeps what it asserts. A grader that fails says nothing about the
 * agent.
 * @throws {DocketError} for an assertion of several outputs, one that is no JSON, or a file by a path that depends on where Docket is started
 */
export function assertion(asserted: Assertion, { name, hard = true, cases, output = 'decision' }: AssertionOptions = {}): TrialScorer {
  const title = name ?? asserted?.metric ?? asserted?.type;
  const settings = checked(asserted, `assertion "${title}"`);
  const judging = judgeOfAssertion(settings, hard);
  // Of a judge its calibration says whether it decides.
  const decides = hard && !judging.judge;
  const needsLabel = /\{[{%][^}]*\bexpected\b|\bvars\b.*\bexpected\b/s.test(JSON.stringify(asserted));
  return {
    scope: 'trial',
    name: title,
    needs: needsLabel ? ['input', 'label'] : ['input'],
    ...judging,
    settings: { assertion: settings, hard, output, ...(cases ? { cases: [...cases] } : {}) },
    async score(evidence) {
      if (cases && !cases.includes(evidence.case.id)) return undefined;
      const decided = decisionOf(evidence.trial.outcome);
      const said = output === 'text' ? lastText(evidence.trial.transcript) : undefined;
      if (said === undefined && 'missing' in decided)
        return scored(title, decides, { pass: false, score: 0, reason: decided.missing.message });
      const decision = 'decision' in decided ? decided.decision : {};
      const looked = said ?? (output === 'text' ? JSON.stringify(decision) : decision);
      const { runAssertion } = await loadPromptfoo(`The scorer "${title}"`);
      const grading = await runAssertion(askedOf(asserted, evidence, looked));
      if (failed(asserted.type, grading)) throw new Error(`the grader of "${asserted.type}" failed: ${grading.reason}`);
      const score = scored(title, decides, grading);
      return judging.judge ? { ...score, judge: { model: judging.judge.model, mode: 'live' as const } } : score;
    },
  };
}

function checked(asserted: Assertion, at: string): JsonObject {
  const read = jsonObjectSchema.safeParse(asserted);
  if (!read.success || typeof asserted.type !== 'string' || asserted.type === '')
    throw new DocketError(
      `${at}: expected an assertion as promptfoo's configuration has it, in JSON: { type: 'contains', value: 'denied' }.`,
    );
  const why = unjudging(asserted.type);
  if (why !== undefined) throw new DocketError(`${at}: "${asserted.type}" ${why}.`);
  for (const [field, value] of Object.entries(asserted)) {
    if (typeof value === 'string' && /^file:\/\/(?!\/)/.test(value))
      throw new DocketError(
        `${at}: "${field}" is ${value}, which depends on where Docket is started. Write new URL('${value.slice(7)}', import.meta.url).href, so that a change of the file is a change of the scorer, too.`,
      );
  }
  return read.data;
}

function askedOf(asserted: Assertion, { case: judged, input, trial, dollars }: TrialEvidence, output: unknown): object {
  const vars = { expected: judged.label?.decision, ...input };
  return {
    assertion: asserted,
    test: { vars, assert: [asserted] },
    vars,
    prompt: trial.transcript.userMessage,
    latencyMs: trial.durationMs,
    providerResponse: { output, cached: false, ...(dollars === undefined ? {} : { cost: dollars }) },
  };
}

/** Those whose answer is computed here from the output alone: whatever their reason quotes, nobody else was asked. */
const computed =
  /^(?:not-)?(?:contains|icontains|equals|starts-with|regex|is-|javascript|python|ruby|levenshtein|rouge|bleu|gleu|meteor|perplexity|latency|cost|word-count|finish-reason)/;

/** What promptfoo says, in these words from the beginning, of a grader that answered nothing, or nothing that can be read. */
const noAnswer =
  /^(?:No output$|Factuality checker output did not match|Model grader produced a malformed response|Unknown error fetching|Error parsing output)/;

/** True where a grader, and not the output, is why it did not pass. */
function failed(type: string, { pass, reason, metadata }: Grading): boolean {
  if (metadata?.graderError === true) return true;
  return (
    !pass &&
    !computed.test(type) &&
    (noAnswer.test(reason) ||
      /\bAPI key\b|\bAPI (?:call )?error\b|\berror: Request failed\b|\bfetch failed\b|\btimed? ?out\b|\brate limit|Could not (?:extract|parse)/i.test(
        reason,
      ))
  );
}

function scored(name: string, hard: boolean, { pass, score, reason, tokensUsed }: Grading): Score {
  const code =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^[^a-z]+|-$/g, '') || 'assertion';
  return {
    name,
    hard,
    pass,
    value: Number.isFinite(score) ? Math.min(1, Math.max(0, score)) : pass ? 1 : 0,
    reason,
    findings: pass ? [] : [{ code, message: reason.split('\nStack Trace:')[0] ?? reason }],
    ...(tokensUsed?.total ? { measures: { graderTokens: tokensUsed.total } } : {}),
  };
}

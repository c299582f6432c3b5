import { types } from 'node:util';
import { z } from 'zod';
import { scorerTitle } from '../../agent/check-scorers.ts';
import type { Agent } from '../../agent/define-agent.ts';
import { rulesOf } from '../../agent/rules-of.ts';
import type { Case } from '../../contracts/case.ts';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import { type Score, scoreSchema } from '../../contracts/score.ts';
import type { CaseScorer, RunEvidence, Scorer, TrialEvidence, TrialScorer } from '../../contracts/scorer.ts';
import { placeOf } from '../place-of.ts';

/** `threw`: on this evidence, perhaps not on another; `late`: no answer before its deadline; `no-score`: it answered with something else than a score. */
export type ScorerFaultKind = 'threw' | 'late' | 'no-score';

const faultKinds: readonly unknown[] = ['threw', 'late', 'no-score'] satisfies ScorerFaultKind[];

/** A scorer did not judge. That says nothing about the agent, so it is neither a pass nor a fail. */
export class ScorerFault extends DocketError {
  /** Not any DocketError, which the class it extends would say. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof DocketError && 'kind' in value && faultKinds.includes(value.kind);
  }

  readonly kind: ScorerFaultKind;

  constructor(kind: ScorerFaultKind, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, { ...options, exitCode: kind === 'no-score' ? exitCodes.usage : exitCodes.incomplete });
    this.kind = kind;
  }
}

/** True when asking again may help: the scorer failed, and did not answer with what is no score. */
export function isScorerFailure(error: unknown): error is ScorerFault {
  return error instanceof ScorerFault && error.kind !== 'no-score';
}

/** Whom to name, and what is judged. */
export interface Question {
  readonly agent: Agent;
  readonly scorer: Pick<Scorer, 'name' | 'scope'>;
  /** For a person. */
  readonly where: string;
}

/**
 * What the scorer that compares decisions says at once; undefined when there is nothing for it to judge.
 * @throws {ScorerFault} naming the scorer, when it throws, or what it returns is no score of its own, a promise least of all
 */
export function askAtOnce(agent: Agent, scorer: TrialScorer, evidence: TrialEvidence): Score | undefined {
  const question = { agent, scorer, where: whereOf(evidence) };
  const answer = answerOf(question, () => scorer.score(evidence, { signal: never.signal }));
  if (isThenable(answer)) {
    abandon(answer);
    throw fault(question, `a promise. ${titleOf(question)} compares decisions, and whether two are the same must be said at once.`);
  }
  return scoreIn(question, answer);
}

const never = new AbortController();

/**
 * What a scorer says of the repeats of a case; `later` where it does not say it at once.
 * @throws {ScorerFault} naming the scorer, when it throws, or what it returns is no soft score of its own
 */
export function askCaseAtOnce(agent: Agent, scorer: CaseScorer, judged: Case, runs: readonly RunEvidence[]): Score | undefined | 'later' {
  if (types.isAsyncFunction(scorer.score)) return 'later';
  const trials = runs.toSorted((one, other) => (one.key?.number ?? 0) - (other.key?.number ?? 0));
  const question = { agent, scorer, where: `case ${judged.id}, all trials` };
  const answer = answerOf(question, () => scorer.score({ case: judged, trials, rules: rulesOf(agent) }, { signal: never.signal }));
  if (!isThenable(answer)) return scoreIn(question, answer);
  abandon(answer);
  return 'later';
}

/** `case one, trial 3`. */
export function whereOf({ case: { id }, trial: { key } }: TrialEvidence): string {
  return key ? `case ${id}, trial ${key.number}` : `case ${id}`;
}

/** @throws {ScorerFault} naming the scorer when it throws */
export function answerOf(question: Question, ask: () => unknown): unknown {
  try {
    return ask();
  } catch (error) {
    throw failedOn(question, error);
  }
}

/** A scorer that threw, or whose promise failed. */
export function failedOn(question: Question, error: unknown): ScorerFault {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new ScorerFault(
    'threw',
    `${titleOf(question)} failed on ${question.where}: ${said}${placeOf(error)}. Finished trials are stored and are only scored again by the next run.`,
    { cause: error },
  );
}

/** A scorer that did not answer before its deadline. */
export function lateOn(question: Question, milliseconds: number): ScorerFault {
  return new ScorerFault(
    'late',
    `${titleOf(question)} gave no answer on ${question.where} within ${milliseconds} ms (scoring.deadlineMs). Finished trials are stored and are only scored again by the next run.`,
  );
}

/** A scorer that failed so often in a row that it is not asked any more. */
export function givenUpOn(question: Question, times: number, last: string): ScorerFault {
  return new ScorerFault(
    'late',
    `${titleOf(question)} was not asked about ${question.where}, because it failed ${times} times in a row. The last time: ${last}`,
  );
}

/**
 * The score in an answer.
 * @throws {ScorerFault} naming the scorer, when it is no score of its own, or a hard one of all trials
 */
export function scoreIn(question: Question, answer: unknown): Score | undefined {
  if (answer === undefined) return undefined;
  const { name, scope } = question.scorer;
  const parsed = scoreSchema.safeParse(answer);
  if (!parsed.success) throw fault(question, `${shown(answer)}, which is not a score:\n${z.prettifyError(parsed.error)}`);
  const score = parsed.data;
  if (score.name !== name) {
    throw fault(question, `a score named ${JSON.stringify(score.name)}. Expected ${JSON.stringify(name)}.`);
  }
  if (scope === 'case' && score.hard) {
    throw fault(question, 'a hard score. Only a single trial passes or fails; a scorer of all trials only informs, so return hard: false.');
  }
  return score;
}

function fault(question: Question, what: string): ScorerFault {
  return new ScorerFault('no-score', `${titleOf(question)} returned for ${question.where} ${what}`);
}

function titleOf({ agent: { scorersSource }, scorer: { name } }: Question): string {
  return scorerTitle(name, scorersSource).replace('the', 'The');
}

/** Anything with a `then` is waited for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === 'object' || typeof value === 'function') && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

/** It may still fail, when nobody waits for it any more. */
export function abandon(answer: PromiseLike<unknown>): void {
  Promise.resolve(answer).catch(() => {});
}

const longest = 120;

function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? JSON.stringify(value.slice(0, longest)) : String(value);
  const text = Array.isArray(value) ? 'a list' : `an object of ${Object.keys(value).join(', ') || 'nothing'}`;
  return text.slice(0, longest);
}

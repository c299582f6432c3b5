import { z } from 'zod';
import { answerAtOnce, scorerTitle } from '../../agent/check-scorers.ts';
import type { Agent } from '../../agent/define-agent.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { type Score, scoreSchema } from '../../contracts/score.ts';
import type { CaseEvidence, CaseScorer, TrialEvidence, TrialScorer } from '../../contracts/scorer.ts';
import { placeOf } from '../place-of.ts';

/** A scorer did not judge. That is a fault of whoever judges and says nothing about the agent, so it is neither a pass nor a fail. */
export class ScorerFault extends DocketError {
  /** Not any DocketError, which the class it extends would say. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof DocketError && 'kind' in value && (value.kind === 'threw' || value.kind === 'no-score');
  }

  /** `threw`: on this evidence, perhaps not on another; `no-score`: it answered with something else than a score. */
  readonly kind: 'threw' | 'no-score';

  constructor(kind: ScorerFault['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/**
 * What a scorer says of a trial; undefined when there is nothing for it to judge.
 * @param where what is judged, for a person; by default the case and the trial
 * @throws {ScorerFault} naming the scorer, when it throws or what it returns is no score of its own
 */
export function askScorer(agent: Agent, scorer: TrialScorer, evidence: TrialEvidence, where = whereOf(evidence)): Score | undefined {
  return checked(agent, scorer.name, where, () => scorer.score(evidence));
}

function whereOf({ case: { id }, trial: { key } }: TrialEvidence): string {
  return key ? `case ${id}, trial ${key.number}` : `case ${id}`;
}

/**
 * What a scorer says of the repeats of a case; undefined when there is nothing for it to judge.
 * @throws {ScorerFault} naming the scorer, when it throws or what it returns is no soft score of its own
 */
export function askCaseScorer(agent: Agent, scorer: CaseScorer, evidence: CaseEvidence): Score | undefined {
  const where = `case ${evidence.case.id}, all trials`;
  const score = checked(agent, scorer.name, where, () => scorer.score(evidence));
  if (score?.hard) {
    throw fault(
      agent,
      scorer.name,
      where,
      'a hard score. Only a single trial passes or fails; a scorer of all trials only informs, so return hard: false.',
    );
  }
  return score;
}

function checked(agent: Agent, name: string, where: string, ask: () => unknown): Score | undefined {
  let answer: unknown;
  try {
    answer = ask();
  } catch (error) {
    const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new ScorerFault(
      'threw',
      `${titleOf(agent, name)} failed on ${where}: ${said}${placeOf(error)}. Fix it; finished trials are stored.`,
      {
        cause: error,
      },
    );
  }
  if (answer === undefined) return undefined;
  if (isThenable(answer)) {
    // It may still fail, when nobody waits for it any more.
    Promise.resolve(answer).catch(() => {});
    throw fault(agent, name, where, `a promise. ${answerAtOnce}`);
  }
  const parsed = scoreSchema.safeParse(answer);
  if (!parsed.success) {
    throw fault(agent, name, where, `${shown(answer)}, which is not a score:\n${z.prettifyError(parsed.error)}`);
  }
  if (parsed.data.name !== name) {
    throw fault(agent, name, where, `a score named ${JSON.stringify(parsed.data.name)}. Expected ${JSON.stringify(name)}.`);
  }
  return parsed.data;
}

function fault(agent: Agent, name: string, where: string, what: string): ScorerFault {
  return new ScorerFault('no-score', `${titleOf(agent, name)} returned for ${where} ${what}`);
}

function titleOf({ scorersSource }: Agent, name: string): string {
  return scorerTitle(name, scorersSource).replace('the', 'The');
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === 'object' || typeof value === 'function') && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

const longest = 120;

function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? JSON.stringify(value.slice(0, longest)) : String(value);
  const text = Array.isArray(value) ? 'a list' : `an object of ${Object.keys(value).join(', ') || 'nothing'}`;
  return text.slice(0, longest);
}

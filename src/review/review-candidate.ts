import type { Candidate } from '../contracts/candidate.ts';
import { canonicalJson } from '../contracts/canonical-json.ts';
import type { Case, Dispute, Label } from '../contracts/case.ts';
import { DocketError } from '../contracts/docket-error.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { redactInput } from './redact.ts';
import { redactAnswer } from './redact-answer.ts';
import type { ReviewAnswer } from './review-answer.ts';

/** What a review knows beside the candidate. */
export interface ReviewContext {
  /** Who answers. */
  readonly reviewer: string;
  /** The day, as YYYY-MM-DD. */
  readonly today: string;
  readonly pseudonyms: Pseudonyms;
  /** The input as the agent takes it. @throws {DocketError} naming each wrong field */
  readonly parseInput: (input: JsonObject) => JsonObject;
  /** What is wrong with an expected decision: unknown fields, values that no version can give. */
  readonly decisionFaults: (decision: JsonObject) => readonly string[];
  /** The policy, with its own account of how it came to its answer. */
  readonly policy?: (input: JsonObject) => { readonly decision: JsonObject; readonly rationale: string };
  /** True when two labels ask for the same. */
  readonly sameLabel: (one: JsonObject, other: JsonObject) => boolean;
}

/** What becomes of the candidate. */
export type ReviewResult =
  | { readonly kind: 'case'; readonly case: Case; readonly settles: 'label' | 'open-dispute' }
  /** It stays a candidate: skipped, or one more reviewer is needed. */
  | { readonly kind: 'candidate'; readonly candidate: Candidate; readonly why: 'skipped' | 'second-reviewer' }
  | { readonly kind: 'discarded'; readonly candidate: Candidate };

type Labelling = Exclude<ReviewAnswer, { readonly answer: 'discard' | 'skip' }>;

/**
 * Applies one answer to a candidate; pure, writes nothing.
 * @throws {DocketError} when the answer cannot stand: the input is incomplete, the decision has wrong fields, the redaction changed the
 *   answer and nobody accepted that, or the same person answers twice for a critical case
 */
export function reviewCandidate(candidate: Candidate, answer: ReviewAnswer, context: ReviewContext): ReviewResult {
  if (candidate.discarded)
    throw new DocketError(`${candidate.id} was discarded (${candidate.discarded.reason}); there is nothing to review.`);
  const { answer: said, redacted } = redactAnswer(answer, context.pseudonyms);
  switch (said.answer) {
    case 'skip':
      return { kind: 'candidate', candidate, why: 'skipped' };
    case 'discard': {
      const discarded = { reviewer: context.reviewer, on: context.today, reason: said.reason };
      // What is not wanted is not kept either.
      const { userMessage: _, ...rest } = candidate;
      return { kind: 'discarded', candidate: { ...rest, input: {}, proposals: [], discarded } };
    }
    default:
      return labelCandidate({ ...candidate, redacted: [...new Set([...candidate.redacted, ...redacted])] }, said, context);
  }
}

function labelCandidate(candidate: Candidate, answer: Labelling, context: ReviewContext): ReviewResult {
  if (hasAnswered(candidate, context.reviewer)) {
    throw new DocketError(
      `${candidate.id}: a critical case needs two people, and ${context.reviewer} has already answered. Ask someone else.`,
    );
  }
  const { input, redacted } = completeInput(candidate, answer, context);
  requireSameAnswer(candidate, answer);
  // What the first reviewer called critical the second one cannot make less.
  const critical = candidate.critical || answer.critical || false;
  const drafted: Omit<Case, 'label'> = {
    id: answer.id ?? candidate.id,
    title: answer.title ?? candidate.title,
    input,
    origin: { kind: 'trace', traceId: candidate.traceId, ...(redacted.length > 0 ? { redacted: [...redacted] } : {}) },
    ...(critical ? { critical } : {}),
    ...(answer.tags ? { tags: answer.tags } : {}),
  };
  // What a model proposed waits for two people all the same.
  const first = candidate.proposals.find(({ reviewers }) => reviewers.some(({ kind }) => kind === 'human'));
  if (answer.answer === 'dispute') return { kind: 'case', case: disputedCase(drafted, first, answer, context), settles: 'open-dispute' };
  const label = labelOf(input, answer, context);
  if (first) return secondReview(drafted, first, label, context);
  if (!critical) return { kind: 'case', case: { ...drafted, label }, settles: 'label' };
  return {
    kind: 'candidate',
    why: 'second-reviewer',
    candidate: { ...candidate, title: drafted.title, input, missing: [], redacted: [...redacted], critical, proposals: [label] },
  };
}

/** Fields that a person fills in go through the detectors as well. */
function completeInput(candidate: Candidate, answer: Labelling, { parseInput, pseudonyms }: ReviewContext) {
  const filled = redactInput(answer.input ?? {}, {}, pseudonyms);
  const changed = Object.keys(filled.input).filter(
    (field) =>
      Object.hasOwn(candidate.input, field) && canonicalJson(candidate.input[field] ?? null) !== canonicalJson(filled.input[field] ?? null),
  );
  if (changed.length > 0) {
    throw new DocketError(
      `${candidate.id}: ${changed.join(', ')} was recorded, but "input" gives another value. It is only for missing fields; leave this one out.`,
    );
  }
  const absent = candidate.missing.filter((field) => !Object.hasOwn(filled.input, field));
  if (absent.length > 0) {
    throw new DocketError(`${candidate.id}: the input is incomplete: ${absent.join(', ')}. Give the missing fields as "input".`);
  }
  return {
    input: parseInput({ ...candidate.input, ...filled.input }),
    redacted: [...candidate.redacted, ...filled.redacted],
  };
}

function requireSameAnswer({ id, equivalence }: Candidate, { acceptRedaction }: Labelling): void {
  const differs = equivalence.policy === 'differs' ? 'the policy' : equivalence.agent === 'differs' ? 'the agent' : undefined;
  if (differs === undefined || acceptRedaction) return;
  throw new DocketError(
    `${id}: after redaction ${differs} answers differently, so this would not be the case that happened. Set "acceptRedaction": true if it is worth keeping anyway, or discard it.`,
  );
}

function labelOf(input: JsonObject, answer: Exclude<Labelling, { readonly answer: 'dispute' }>, context: ReviewContext): Label {
  const human = { kind: 'human' as const, name: context.reviewer, reviewedOn: context.today };
  if (answer.answer === 'correct') {
    checkDecision(answer.decision, context);
    return { decision: answer.decision, source: answer.source, rationale: answer.rationale, reviewers: [human] };
  }
  if (!context.policy) {
    throw new DocketError(
      `${answer.candidate}: the agent has no policy, so there is nothing to approve. Give the right decision: "answer": "correct".`,
    );
  }
  const { decision, rationale } = context.policy(input);
  return {
    decision,
    source: 'policy',
    rationale: answer.rationale ?? rationale,
    reviewers: [{ kind: 'policy', name: 'the policy as code' }, human],
  };
}

/** The second label settles a critical case when it asks for the same; otherwise both stand, in dispute. */
function secondReview(drafted: Omit<Case, 'label'>, first: Label, second: Label, context: ReviewContext): ReviewResult {
  if (context.sameLabel(first.decision, second.decision)) {
    const label: Label = { ...first, reviewers: [...first.reviewers, ...second.reviewers.filter(({ kind }) => kind === 'human')] };
    return { kind: 'case', case: { ...drafted, label }, settles: 'label' };
  }
  return {
    kind: 'case',
    case: { ...drafted, label: first, dispute: { labels: [sideOf(first), sideOf(second)] } },
    settles: 'open-dispute',
  };
}

function sideOf({ decision, rationale, reviewers }: Label): Dispute['labels'][number] {
  return { decision, source: reviewers.map(({ name, kind }) => name ?? kind).join(', '), argument: rationale };
}

function disputedCase(
  drafted: Omit<Case, 'label'>,
  first: Label | undefined,
  answer: Extract<Labelling, { readonly answer: 'dispute' }>,
  context: ReviewContext,
): Case {
  checkDecision(answer.decision, context);
  const policy = context.policy?.(drafted.input);
  const against =
    answer.against ?? (policy ? { decision: policy.decision, source: 'the policy as code', argument: policy.rationale } : undefined);
  if (!against) throw new DocketError(`${answer.candidate}: a dispute has two sides. Give the other one as "against".`);
  checkDecision(against.decision, context);
  if (context.sameLabel(answer.decision, against.decision)) {
    throw new DocketError(`${answer.candidate}: both sides of the dispute give the same decision. Approve it, or change one of them.`);
  }
  const mine = { decision: answer.decision, source: context.reviewer, argument: answer.argument };
  const dispute: Dispute = { labels: [...(first ? [sideOf(first)] : []), mine, against] };
  const reviewers = [{ kind: 'human' as const, name: context.reviewer, reviewedOn: context.today }];
  return { ...drafted, label: { decision: answer.decision, source: 'human', rationale: answer.argument, reviewers }, dispute };
}

function checkDecision(decision: JsonObject, { decisionFaults }: ReviewContext): void {
  const faults = decisionFaults(decision);
  if (faults.length > 0) throw new DocketError(`The decision cannot be a label: ${faults.join('; ')}.`);
}

/** True when one of a candidate's proposals is this person's, in whatever letters the name is written. */
export function hasAnswered({ proposals }: Pick<Candidate, 'proposals'>, reviewer: string): boolean {
  return proposals.some(({ reviewers }) => reviewers.some(({ name }) => normalName(name) === normalName(reviewer)));
}

function normalName(name = ''): string {
  return name.normalize('NFKC').replace(/\s+/gu, ' ').trim().toLowerCase();
}

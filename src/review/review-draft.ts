import { canonicalJson } from '../contracts/canonical-json.ts';
import type { Case, Dispute, Label } from '../contracts/case.ts';
import { DocketError } from '../contracts/docket-error.ts';
import type { Draft } from '../contracts/draft.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { redactInput } from './redact.ts';
import { redactAnswer } from './redact-answer.ts';
import type { ReviewAnswer } from './review-answer.ts';

/** What a review knows beside the draft. */
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

/** What becomes of the draft. */
export type ReviewResult =
  | { readonly kind: 'case'; readonly case: Case; readonly settles: 'label' | 'open-dispute' }
  /** It stays a draft: skipped, or one more reviewer is needed. */
  | { readonly kind: 'draft'; readonly draft: Draft; readonly why: 'skipped' | 'second-reviewer' }
  | { readonly kind: 'discarded'; readonly draft: Draft };

type Labelling = Exclude<ReviewAnswer, { readonly answer: 'discard' | 'skip' }>;

/**
 * Applies one answer to a draft; pure, writes nothing.
 * @throws {DocketError} when the answer cannot stand: the input is incomplete, the decision has wrong fields, the redaction changed the
 *   answer and nobody accepted that, or the same person answers twice for a critical case
 */
export function reviewDraft(draft: Draft, answer: ReviewAnswer, context: ReviewContext): ReviewResult {
  if (draft.discarded) throw new DocketError(`${draft.id} was discarded (${draft.discarded.reason}); there is nothing to review.`);
  const { answer: said, redacted } = redactAnswer(answer, context.pseudonyms);
  switch (said.answer) {
    case 'skip':
      return { kind: 'draft', draft, why: 'skipped' };
    case 'discard': {
      const discarded = { reviewer: context.reviewer, on: context.today, reason: said.reason };
      // What is not wanted is not kept either.
      const { userMessage: _, ...rest } = draft;
      return { kind: 'discarded', draft: { ...rest, input: {}, proposals: [], discarded } };
    }
    default:
      return labelDraft({ ...draft, redacted: [...new Set([...draft.redacted, ...redacted])] }, said, context);
  }
}

function labelDraft(draft: Draft, answer: Labelling, context: ReviewContext): ReviewResult {
  if (hasAnswered(draft, context.reviewer)) {
    throw new DocketError(`${draft.id}: a critical case needs two people, and ${context.reviewer} has already answered. Ask someone else.`);
  }
  const { input, redacted } = completeInput(draft, answer, context);
  requireSameAnswer(draft, answer);
  // What the first reviewer called critical the second one cannot make less.
  const critical = draft.critical || answer.critical || false;
  const drafted: Omit<Case, 'label'> = {
    id: answer.id ?? draft.id,
    title: answer.title ?? draft.title,
    input,
    origin: originOf(draft, redacted),
    ...(critical ? { critical } : {}),
    ...(answer.tags ? { tags: answer.tags } : {}),
  };
  // What a model proposed waits for two people all the same.
  const first = draft.proposals.find(({ reviewers }) => reviewers.some(({ kind }) => kind === 'human'));
  if (answer.answer === 'dispute') return { kind: 'case', case: disputedCase(drafted, first, answer, context), settles: 'open-dispute' };
  const label = labelOf(input, answer, context);
  if (first) return secondReview(drafted, first, label, context);
  if (!critical) return { kind: 'case', case: { ...drafted, label }, settles: 'label' };
  return {
    kind: 'draft',
    why: 'second-reviewer',
    draft: { ...draft, title: drafted.title, input, missing: [], redacted: [...redacted], critical, proposals: [label] },
  };
}

/** A draft has one of the two, its schema says. */
function originOf({ traceId = '', imported }: Draft, redacted: readonly string[]): Case['origin'] {
  return imported ?? { kind: 'trace', traceId, ...(redacted.length > 0 ? { redacted: [...redacted] } : {}) };
}

/** Fields that a person fills in go through the detectors as well. */
function completeInput(draft: Draft, answer: Labelling, { parseInput, pseudonyms }: ReviewContext) {
  const filled = redactInput(answer.input ?? {}, {}, pseudonyms);
  const changed = Object.keys(filled.input).filter(
    (field) =>
      Object.hasOwn(draft.input, field) && canonicalJson(draft.input[field] ?? null) !== canonicalJson(filled.input[field] ?? null),
  );
  if (changed.length > 0) {
    throw new DocketError(
      `${draft.id}: ${changed.join(', ')} was recorded, but "input" gives another value. It is only for missing fields; leave this one out.`,
    );
  }
  const absent = draft.missing.filter((field) => !Object.hasOwn(filled.input, field));
  if (absent.length > 0) {
    throw new DocketError(`${draft.id}: the input is incomplete: ${absent.join(', ')}. Give the missing fields as "input".`);
  }
  return {
    input: parseInput({ ...draft.input, ...filled.input }),
    redacted: [...draft.redacted, ...filled.redacted],
  };
}

function requireSameAnswer({ id, equivalence }: Draft, { acceptRedaction }: Labelling): void {
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
      `${answer.draft}: the agent has no policy, so there is nothing to approve. Give the right decision: "answer": "correct".`,
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
  if (!against) throw new DocketError(`${answer.draft}: a dispute has two sides. Give the other one as "against".`);
  checkDecision(against.decision, context);
  if (context.sameLabel(answer.decision, against.decision)) {
    throw new DocketError(`${answer.draft}: both sides of the dispute give the same decision. Approve it, or change one of them.`);
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

/** True when one of a draft's proposals is this person's, in whatever letters the name is written. */
export function hasAnswered({ proposals }: Pick<Draft, 'proposals'>, reviewer: string): boolean {
  return proposals.some(({ reviewers }) => reviewers.some(({ name }) => isSamePerson(name, reviewer)));
}

/** True when two names are one person's, in whatever letters they are written. */
export function isSamePerson(one: string | undefined, other: string): boolean {
  return normalName(one) === normalName(other);
}

function normalName(name = ''): string {
  return name.normalize('NFKC').replace(/\s+/gu, ' ').trim().toLowerCase();
}

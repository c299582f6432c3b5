import { describe, expect, test } from 'vitest';
import { caseSchema } from '../contracts/case.ts';
import { DocketError } from '../contracts/docket-error.ts';
import type { Draft } from '../contracts/draft.ts';
import type { JsonObject } from '../contracts/json.ts';
import { createPseudonyms } from './pseudonyms.ts';
import { type ReviewAnswer, reviewAnswerSchema } from './review-answer.ts';
import { type ReviewContext, reviewDraft } from './review-draft.ts';

const draft: Draft = {
  id: 'trace-1',
  traceId: 'ab'.repeat(16),
  title: 'A case from production',
  input: { amount: 5 },
  missing: [],
  clusterSize: 3,
  redacted: ['notes: email pseudonymised'],
  equivalence: { policy: 'same', agent: 'not-checked' },
  draftedOn: '2026-11-01',
  proposals: [],
};

const context = (reviewer = 'Ada', changes: Partial<ReviewContext> = {}): ReviewContext => ({
  reviewer,
  today: '2026-11-02',
  pseudonyms: createPseudonyms('a key for tests, long enough to be one'),
  parseInput(input) {
    if (typeof input.amount !== 'number') throw new DocketError('amount: expected a number');
    return input;
  },
  decisionFaults: (decision) => (typeof decision.approved === 'boolean' ? [] : ['approved has to be true or false']),
  policy: ({ amount }) => ({ decision: { approved: Number(amount) <= 10 }, rationale: `$${amount} against the limit of $10` }),
  sameLabel: (one, other) => one.approved === other.approved,
  ...changes,
});

const without = { policy: undefined } as unknown as Partial<ReviewContext>;
const answer = (words: JsonObject): ReviewAnswer => reviewAnswerSchema.parse({ draft: 'trace-1', ...words });
const caseOf = (words: JsonObject, from = draft, by = context()) => {
  const result = reviewDraft(from, answer(words), by);
  if (result.kind !== 'case') throw new Error(`no case, but ${result.kind}`);
  return caseSchema.parse(result.case);
};
const refusal = (words: JsonObject, from = draft, by = context()) => {
  try {
    reviewDraft(from, answer(words), by);
  } catch (error) {
    if (error instanceof DocketError) return error.message;
    throw error;
  }
  throw new Error('It was accepted.');
};

describe('approve', () => {
  test("signs the policy's answer; the person and the policy stand behind it", () => {
    expect(caseOf({ answer: 'approve', title: 'Small' })).toEqual({
      id: 'trace-1',
      title: 'Small',
      input: { amount: 5 },
      label: {
        decision: { approved: true },
        source: 'policy',
        rationale: '$5 against the limit of $10',
        reviewers: [
          { kind: 'policy', name: 'the policy as code' },
          { kind: 'human', name: 'Ada', reviewedOn: '2026-11-02' },
        ],
      },
      origin: { kind: 'trace', traceId: 'ab'.repeat(16), redacted: ['notes: email pseudonymised'] },
    });
  });

  test('needs a policy', () => {
    expect(refusal({ answer: 'approve' }, draft, context('Ada', without))).toContain('nothing to approve');
  });
});

describe('an input that is incomplete', () => {
  const incomplete = { ...draft, input: {}, missing: ['amount'] };

  test('has to be filled in', () => {
    expect(refusal({ answer: 'approve' }, incomplete)).toContain('the input is incomplete: amount');
    expect(refusal({ answer: 'approve', input: { amount: 'five' } }, incomplete)).toContain('expected a number');
    expect(caseOf({ answer: 'approve', input: { amount: 50 } }, incomplete)).toMatchObject({
      input: { amount: 50 },
      label: { decision: { approved: false } },
    });
  });

  test('what was recorded cannot be filled in otherwise', () => {
    expect(refusal({ answer: 'approve', input: { amount: 50 } })).toContain('amount was recorded');
    expect(caseOf({ answer: 'approve', input: { amount: 5 } }).input).toEqual({ amount: 5 });
  });

  test('what a person fills in is redacted, too', () => {
    const filled = caseOf({ answer: 'approve', input: { amount: 5, notes: 'jane@example.org' } }, incomplete);
    expect(JSON.stringify(filled)).not.toContain('jane@example.org');
    expect(filled.origin).toMatchObject({ redacted: expect.arrayContaining(['notes: email pseudonymised']) });
  });
});

test('a redaction that changes the answer has to be accepted by name', () => {
  const changed = { ...draft, equivalence: { policy: 'same', agent: 'differs' } } as const;
  expect(refusal({ answer: 'approve' }, changed)).toContain('the agent answers differently');
  expect(caseOf({ answer: 'approve', acceptRedaction: true }, changed).id).toBe('trace-1');
  expect(reviewDraft(changed, answer({ answer: 'discard', reason: 'no' }), context()).kind).toBe('discarded');
});

describe('a critical case', () => {
  const correct = { answer: 'correct', decision: { approved: false }, rationale: 'The customer is known for it.', critical: true };
  const waiting = () => {
    const result = reviewDraft(draft, answer(correct), context('Ada'));
    if (result.kind !== 'draft') throw new Error('one person was enough');
    return result.draft;
  };

  test('is no case after one person', () => {
    expect(waiting()).toMatchObject({ critical: true, proposals: [{ source: 'human', reviewers: [{ name: 'Ada' }] }] });
  });

  test('is not settled by the same person in other letters', () => {
    expect(refusal(correct, waiting(), context(' ADA'))).toContain('needs two people');
  });

  test('is one when a second person, who did not see the first label, says the same', () => {
    const settled = caseOf(correct, waiting(), context('Grace'));
    expect(settled.critical).toBe(true);
    expect(settled.label.reviewers.map(({ name }) => name)).toEqual(['Ada', 'Grace']);
    expect(settled.dispute).toBeUndefined();
  });

  test('is in dispute when they disagree', () => {
    const disputed = caseOf({ ...correct, decision: { approved: true } }, waiting(), context('Grace'));
    expect(disputed.dispute?.labels.map(({ source, decision }) => [source, decision.approved])).toEqual([
      ['Ada', false],
      ['Grace', true],
    ]);
    expect(disputed.dispute?.resolution).toBeUndefined();
  });

  test("needs two people also where the policy's answer is approved: nobody checks the policy but they", () => {
    const first = reviewDraft(draft, answer({ answer: 'approve', critical: true }), context('Ada'));
    if (first.kind !== 'draft') throw new Error('one person was enough');
    expect(refusal({ answer: 'approve' }, first.draft, context('ada'))).toContain('needs two people');
    const settled = caseOf({ answer: 'approve', critical: false }, first.draft, context('Grace'));
    expect(settled).toMatchObject({ critical: true, label: { reviewers: [{ kind: 'policy' }, { name: 'Ada' }, { name: 'Grace' }] } });
  });

  test('cannot be disputed away by the one who labelled it; a second person who disputes keeps the first label on record', () => {
    const dispute = { answer: 'dispute', decision: { approved: true }, argument: 'A regular customer.' };
    const against = { against: { decision: { approved: false }, source: 'the desk', argument: 'Never on a Sunday.' } };
    expect(refusal({ ...dispute, ...against }, waiting(), context('Ada'))).toContain('needs two people');
    const disputed = caseOf({ ...dispute, ...against }, waiting(), context('Grace'));
    expect(disputed.dispute?.labels.map(({ source }) => source)).toEqual(['Ada', 'Grace', 'the desk']);
  });
});

describe('dispute', () => {
  test('keeps both sides, unresolved', () => {
    const disputed = caseOf({ answer: 'dispute', decision: { approved: false }, argument: 'Third refund this week.' });
    expect(disputed.dispute).toEqual({
      labels: [
        { decision: { approved: false }, source: 'Ada', argument: 'Third refund this week.' },
        { decision: { approved: true }, source: 'the policy as code', argument: '$5 against the limit of $10' },
      ],
    });
  });

  test('has two sides that differ', () => {
    expect(refusal({ answer: 'dispute', decision: { approved: true }, argument: 'x' })).toContain('both sides');
    expect(refusal({ answer: 'dispute', decision: { approved: true }, argument: 'x' }, draft, context('Ada', without))).toContain(
      'two sides',
    );
  });
});

test('a decision that no version can give is no label', () => {
  expect(refusal({ answer: 'correct', decision: { aproved: true }, rationale: 'x' })).toContain('approved has to be true or false');
});

test('what a reviewer writes freely is redacted, and the case says so', () => {
  const quoting = 'Asked by jane@example.org';
  const made = caseOf({ answer: 'correct', decision: { approved: false }, rationale: quoting, title: quoting });
  const disputed = caseOf({ answer: 'dispute', decision: { approved: false }, argument: quoting });
  const discarded = reviewDraft(draft, answer({ answer: 'discard', reason: quoting }), context());
  for (const each of [made, disputed, discarded]) expect(JSON.stringify(each)).not.toContain('jane@');
  expect(made.origin).toMatchObject({ redacted: expect.arrayContaining(['title: email pseudonymised', 'rationale: email pseudonymised']) });
});

test('a discarded draft keeps its trace and nothing of the input', () => {
  const result = reviewDraft({ ...draft, userMessage: 'hello' }, answer({ answer: 'discard', reason: 'a test call' }), context());
  expect(result).toMatchObject({
    kind: 'discarded',
    draft: { traceId: draft.traceId, input: {}, discarded: { reason: 'a test call' } },
  });
  expect(result.kind === 'discarded' && result.draft).not.toHaveProperty('userMessage');
  if (result.kind === 'discarded') expect(refusal({ answer: 'approve' }, result.draft)).toContain('was discarded');
});

test('a label that only a model stands for cannot be given', () => {
  expect(reviewAnswerSchema.safeParse({ draft: 'x', answer: 'correct', decision: { a: 1 }, rationale: 'x', source: 'model' }).success).toBe(
    false,
  );
});

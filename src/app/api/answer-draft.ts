import { relative } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../../contracts/canonical-json.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { ReviewStep } from '../../flows/promote/3-review-drafts.ts';
import type { ReadForm } from '../../flows/promote/typed-answer.ts';
import { labelOf, readableFields } from '../../review/readable-fields.ts';
import { reviewAnswerSchema } from '../../review/review-answer.ts';
import { filledIn, policyAnswer, readDecision, readInput } from '../draft-sheet.ts';
import { reviewerOf } from './answering.ts';
import { ApiFault } from './api-fault.ts';
import { answerRoute } from './api-route.ts';
import { readableFieldSchema, typedPairsSchema } from './draft-shapes.ts';

const words = z.string().max(100_000).default('');

const answer = z.object({
  result: z.enum(['case', 'disputed', 'waits', 'discarded']),
  /** The file that holds it, as seen from the project's folder: to be committed. */
  file: z.string(),
  /** What production decided, and what the scorers say of it; null where there is no trace, or no label was given. */
  production: z
    .object({
      decision: z.array(readableFieldSchema),
      text: z.string().nullable(),
      /** By the field that they are about, in words; null for those about none. Several scorers may speak of one fault. */
      findings: z.array(z.object({ about: z.string().nullable(), messages: z.array(z.string()) })),
    })
    .nullable(),
  left: z.int(),
});
export type DraftAnswered = z.infer<typeof answer>;

export const answerDraft = answerRoute({
  name: 'answerDraft',
  path: '/drafts/:id/answer',
  summary:
    'Answers a draft as it was seen: saves the case or the draft, and a line in cases/reviews.ndjson. Refused with 409 when it is another one now.',
  question: z.object({
    id: z.string(),
    hash: z.string(),
    answer: z.enum(['approve', 'correct', 'dispute', 'discard']),
    decision: typedPairsSchema.default([]),
    /** Why: the rationale, the argument or the reason. */
    why: words,
    against: z.object({ decision: typedPairsSchema, source: words, argument: words }).optional(),
    input: typedPairsSchema.default([]),
    title: z.string().max(1000).default(''),
    caseId: z.string().max(1000).default(''),
    critical: z.boolean().default(false),
    acceptRedaction: z.boolean().default(false),
    /** Of an approval: the policy's answer as it was seen. */
    seen: typedPairsSchema.optional(),
  }),
  answer,
  isWriting: true,
  async run(asked, context) {
    const reviewer = reviewerOf(context);
    const desk = await context.project.desk();
    const review = await desk.review(reviewer);
    const decided = (typed: typeof asked.decision) => values('The decision', readDecision(desk, review, typed));
    const about = { draft: asked.id, answer: asked.answer };
    const why = asked.why.trim();
    const named = { ...given('title', asked.title), ...given('id', asked.caseId) };
    const chosen = { ...(asked.critical ? { critical: true } : {}), ...(asked.acceptRedaction ? { acceptRedaction: true } : {}) };
    // What is gone is told as such, before its fields are.
    const input = () => {
      if (asked.input.length === 0) return {};
      const { draft } = review.draft(asked.id);
      return { input: values('The input', readInput(desk, review, draft, asked.input)) };
    };
    const labelled = () => ({ ...named, ...chosen, ...input() });
    const made = () => {
      switch (asked.answer) {
        case 'discard':
          return { ...about, reason: why };
        case 'approve':
          return { ...about, ...labelled(), ...given('rationale', why) };
        case 'correct':
          return { ...about, ...labelled(), decision: decided(asked.decision), rationale: why };
        case 'dispute': {
          const { against } = asked;
          const other = against && {
            decision: decided(against.decision),
            source: against.source.trim(),
            argument: against.argument.trim(),
          };
          return { ...about, ...labelled(), decision: decided(asked.decision), argument: why, ...(other ? { against: other } : {}) };
        }
      }
    };
    review.requireSeen(asked.id, asked.hash);
    if (asked.answer === 'approve' && asked.seen) {
      const { draft } = review.draft(asked.id);
      const filled = filledIn(review, draft, readInput(desk, review, draft, asked.input));
      const now = policyAnswer(desk, review, filled.draft);
      // Somebody may have gone on filling in the input after the policy's answer to it was drawn.
      if (now && canonicalJson(now.typed) !== canonicalJson(asked.seen))
        throw new ApiFault(
          409,
          'To the input as you filled it in, the policy says something else than you saw. Look at it again; nothing was saved.',
        );
    }
    const parsed = reviewAnswerSchema.safeParse(made());
    if (!parsed.success) throw new ApiFault(400, plainFaults(parsed.error));
    const step = await review.answer(parsed.data, asked.hash);
    return {
      result: resultOf(step),
      file: relative(desk.config.root, step.file),
      production: step.production ? productionOf(step.production, desk.decisionSchema, desk.schemaOf) : null,
      left: review.open().length,
    };
  },
});

function given(name: string, text: string): object {
  return text.trim() === '' ? {} : { [name]: text.trim() };
}

/** @throws {DocketError} naming what cannot stand */
function values(what: string, { values: read, faults }: ReadForm): JsonObject {
  if (faults.length === 0) return read;
  throw new DocketError(`${what} cannot stand yet: ${faults.map(({ field, fault }) => `${field}: ${fault}`).join(' ')}`);
}

function plainFaults({ issues }: z.ZodError): string {
  const names = new Map([
    ['rationale', 'Say why the decision is right.'],
    ['argument', 'Say what supports the decision.'],
    ['reason', 'Say why it is not worth a case.'],
    ['source', 'Say who or what supports the other side.'],
    ['id', 'The name of the case may hold lower-case letters, digits and dashes, at most 80.'],
    ['title', 'The title may have 200 characters.'],
  ]);
  return [...new Set(issues.map(({ path, message }) => names.get(String(path.at(-1))) ?? `${path.join('.')}: ${message}.`))].join(' ');
}

function resultOf({ result }: ReviewStep): z.infer<typeof answer>['result'] {
  if (result.kind === 'case') return result.settles === 'label' ? 'case' : 'disputed';
  return result.kind === 'discarded' ? 'discarded' : 'waits';
}

function productionOf(
  { decision, findings }: NonNullable<ReviewStep['production']>,
  schema: JsonObject,
  schemaOf: (field: string) => JsonObject | undefined,
) {
  const isFields = typeof decision === 'object' && decision !== null && !Array.isArray(decision);
  return {
    decision: isFields ? readableFields(decision, schema) : [],
    text: isFields ? null : decision === null ? 'nothing' : typeof decision === 'string' ? decision : JSON.stringify(decision),
    findings: [...Map.groupBy(findings, ({ field = null }) => field)].map(([field, own]) => ({
      about: field === null ? null : labelOf(field, schemaOf(field)),
      messages: [...new Set(own.map(({ message }) => message))],
    })),
  };
}

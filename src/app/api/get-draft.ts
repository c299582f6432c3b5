import { z } from 'zod';
import type { JsonValue } from '../../contracts/json.ts';
import { inputForm } from '../../flows/promote/review-form.ts';
import { readableFields } from '../../review/readable-fields.ts';
import { isSecond, policyAnswer, requireOpen, suggestedName } from '../draft-sheet.ts';
import { answerRoute } from './api-route.ts';
import { policyAnswerSchema, readableFieldSchema, toolCallSchema, typedFieldSchema } from './draft-shapes.ts';

const answer = z.object({
  id: z.string(),
  /** Goes with the answer, which is refused when the draft is another one by then. */
  hash: z.string(),
  title: z.string().nullable(),
  critical: z.boolean(),
  /** True where another person labelled it before; nothing of that is told. */
  second: z.boolean(),
  clusterSize: z.int(),
  draftedOn: z.string(),
  input: z.array(readableFieldSchema),
  /** What was not recorded, as a form asks for it. */
  missing: z.array(typedFieldSchema),
  userMessage: z.string().nullable(),
  redacted: z.array(z.string()),
  /** True when redaction made it another case: then that has to be accepted. */
  redactionChanges: z.boolean(),
  hasPolicy: z.boolean(),
  policy: policyAnswerSchema.nullable(),
  evidence: z.object({ tools: z.array(toolCallSchema), heldBack: z.int(), more: z.int() }).nullable(),
  /** How a decision is asked for. */
  form: z.array(typedFieldSchema),
  suggested: z.object({ title: z.string(), id: z.string() }),
});
export type DraftSheet = z.infer<typeof answer>;

export const getDraft = answerRoute({
  name: 'getDraft',
  path: '/drafts/:id',
  summary: 'One draft with all that a reviewer may see before the label: never what production decided, nor why it was picked.',
  question: z.object({ id: z.string() }),
  answer,
  async run({ id }, { project, reviewer }) {
    const desk = await project.desk();
    const review = await desk.review(reviewer);
    requireOpen(desk, review, id);
    const { draft, hash } = review.draft(id);
    const evidence = await review.blindEvidence(draft);
    const second = isSecond(draft);
    const { policy, agent } = draft.equivalence;
    return {
      id,
      hash,
      title: second ? null : draft.title,
      critical: draft.critical ?? false,
      second,
      clusterSize: draft.clusterSize,
      draftedOn: draft.draftedOn,
      input: readableFields(draft.input, desk.inputSchema),
      missing: inputForm(desk.config.agent, draft.missing),
      userMessage: draft.userMessage ?? evidence?.userMessage ?? null,
      redacted: second ? draft.redacted.filter((each) => !/^(?:title|rationale|argument|reason): /.test(each)) : draft.redacted,
      redactionChanges: policy === 'differs' || agent === 'differs',
      hasPolicy: desk.config.agent.policy !== undefined,
      policy: policyAnswer(desk, review, draft),
      evidence: evidence
        ? {
            heldBack: evidence.heldBack,
            more: evidence.more,
            tools: evidence.tools.map(({ tool, input, result, error }) => ({ tool, input: textOf(input), result: textOf(result), error })),
          }
        : null,
      form: [...desk.form],
      suggested: suggestedName(review, draft, ''),
    };
  },
});

function textOf(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (value === null || (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0)) return '';
  const line = JSON.stringify(value);
  return line.length <= 100 ? line : JSON.stringify(value, null, 2);
}

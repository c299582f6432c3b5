import { z } from 'zod';
import { openQuestions } from '../../flows/audit-labels/open-questions.ts';
import { readableFields } from '../../review/readable-fields.ts';
import { typedAs } from '../../review/typed-field.ts';
import { answerRoute } from './api-route.ts';
import { readableFieldSchema, typedFieldSchema } from './draft-shapes.ts';

const side = z.object({
  decision: z.array(readableFieldSchema),
  typed: z.array(z.object({ field: z.string(), typed: z.string() })),
  source: z.string(),
  argument: z.string(),
});

const answer = z.object({
  reviewer: z.string().nullable(),
  /** Labels that were audited. */
  cases: z.int(),
  questions: z.array(
    z.object({
      id: z.string(),
      hash: z.string(),
      title: z.string(),
      critical: z.boolean(),
      /** `suspect`: the audit accuses the label; `dispute`: people or the audit gave two, and nobody has settled it. */
      kind: z.enum(['suspect', 'dispute']),
      /** What the audit has against the label; null for a dispute that it does not accuse. */
      reason: z.string().nullable(),
      by: z.string().nullable(),
      input: z.array(readableFieldSchema),
      /** What can hold: both sides of a dispute; of a suspect label, itself and what would have to be in its place. */
      sides: z.array(side),
    }),
  ),
  form: z.array(typedFieldSchema),
});
export type AuditList = z.infer<typeof answer>;

export const listAudit = answerRoute({
  name: 'listAudit',
  path: '/audit',
  summary: 'Labels that cannot be right, and disputes that nobody has settled.',
  question: z.object({}),
  answer,
  async run(_, { project, reviewer }) {
    const desk = await project.desk();
    const { questions, cases } = await openQuestions(desk.config);
    const sideOf = (decision: Parameters<typeof readableFields>[0], source: string, argument: string) => ({
      decision: readableFields(decision, desk.decisionSchema),
      typed: desk.form.flatMap((field) =>
        Object.hasOwn(decision, field.field) ? [{ field: field.field, typed: typedAs(field, decision[field.field] ?? null) }] : [],
      ),
      source,
      argument,
    });
    return {
      reviewer: reviewer ?? null,
      cases,
      questions: questions.map(({ loaded: { case: found }, hash, suspect }) => {
        const dispute = found.dispute && !found.dispute.resolution ? found.dispute : undefined;
        const people = found.label.reviewers.flatMap(({ name, kind }) => name ?? kind).join(', ');
        return {
          id: found.id,
          hash,
          title: found.title,
          critical: found.critical ?? false,
          kind: dispute ? ('dispute' as const) : ('suspect' as const),
          reason: suspect?.reason ?? null,
          by: suspect?.by ?? null,
          input: readableFields(found.input, desk.inputSchema),
          sides: dispute
            ? dispute.labels.map(({ decision, source, argument }) => sideOf(decision, source, argument))
            : [
                sideOf(found.label.decision, people === '' ? 'the label' : `the label, by ${people}`, found.label.rationale),
                ...(suspect?.instead ? [sideOf(suspect.instead, `the label audit (${suspect.by})`, suspect.reason)] : []),
              ],
        };
      }),
      form: [...desk.form],
    };
  },
});

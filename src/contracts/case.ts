import { z } from 'zod';
import { jsonComparatorSchema } from './comparator.ts';
import { decisionSchema } from './decision.ts';
import { jsonObjectSchema, jsonValueSchema } from './json.ts';

/** Who stands behind a label. A label from a model alone never gates, nor does an imported one at which nobody has looked yet. */
export const labelSourceSchema = z.enum(['human', 'policy', 'outcome', 'model', 'imported']);

const calendarDaySchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a day as YYYY-MM-DD');

/** The person or code that looked at a label. `kind: 'policy'` means that the rules were computed, and no person signed. */
export const reviewerSchema = z.strictObject({
  kind: z.enum(['human', 'policy', 'model']).describe('What looked at the label: a person, the policy as code, or a model.'),
  name: z.string().min(1).optional().describe('Who, or which file.'),
  reviewedOn: calendarDaySchema.optional().describe('When, as YYYY-MM-DD.'),
});

/** The decision that is expected, and why anyone should believe it. */
export const labelSchema = z
  .strictObject({
    decision: decisionSchema
      .refine((decision) => Object.keys(decision).length > 0, 'an expected decision needs at least one field')
      .describe('The decision fields that are expected; fields that are left out are not compared.'),
    compare: z
      .record(z.string().min(1), jsonComparatorSchema)
      .optional()
      .describe(
        'When a field counts as right in this case, in place of what the agent says: "exact", "set", "money", "date", "ignore", {"tolerance": 0.5}, {"oneOf": ["a", "b"]}; a field within a field by its path, payout.amount or items.*.price.',
      ),
    source: labelSourceSchema.describe('Where the label comes from.'),
    rationale: z.string().min(1).describe('Why this decision is the right one, with its arithmetic.'),
    reviewers: z
      .array(reviewerSchema)
      .describe('Who looked at it; critical cases need two people. Only an imported label may have none yet.'),
  })
  .refine(({ source, reviewers }) => source === 'imported' || reviewers.length > 0, {
    path: ['reviewers'],
    message: 'a label needs at least one reviewer; only an imported one (source "imported") may wait for its first',
  });

/** Two labels were given for one case: both, the arithmetic, and how it ended. */
export const disputeSchema = z.strictObject({
  labels: z
    .array(
      z.strictObject({
        decision: decisionSchema.describe('The decision this side expected.'),
        source: z.string().min(1).describe('Who or what said so.'),
        argument: z.string().min(1).describe('Why.'),
      }),
    )
    .min(2)
    .describe('Every label that was proposed.'),
  resolution: z
    .strictObject({
      decision: decisionSchema.describe('The label that holds.'),
      argument: z.string().min(1).describe('Why it holds, with the arithmetic.'),
      reviewer: reviewerSchema,
    })
    .optional()
    .describe('How it ended. A case whose dispute is open never gates.'),
});

/** Something of a suite's row that Docket has no place for, an assertion or a template say, as it stood there. */
export const importNoteSchema = z.strictObject({
  line: z.int().positive().describe('Its line in the file when it was imported.'),
  what: z.string().min(1).describe('What it is, and why it does not count here.'),
  value: jsonValueSchema.optional().describe('The thing itself.'),
});
export type ImportNote = z.infer<typeof importNoteSchema>;

/** A row of another tool's suite. */
export const importedOriginSchema = z.strictObject({
  kind: z.literal('imported'),
  format: z.string().min(1).describe('Name of the format, as "docket cases import --from" takes it.'),
  file: z.string().min(1).describe('The file that was imported, relative to docket.config.ts.'),
  row: z.string().min(1).describe("The row's name, made of its own id or else of its input: by it a second import finds the case again."),
  content: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('Hash of what was imported. A case that differs from it was edited here, and no import changes it.'),
  notes: z.array(importNoteSchema).optional().describe('What could not be translated.'),
});
export type ImportedOrigin = z.infer<typeof importedOriginSchema>;

/** Where the input comes from. A trace is named by its id only: the production decision is evidence, never the label. */
export const originSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('designed'), note: z.string().min(1).optional() }),
  z.strictObject({ kind: z.literal('trace'), traceId: z.string().min(1), redacted: z.array(z.string()).optional() }),
  importedOriginSchema,
]);

/** One input with the decision a person expects, and where both came from. One file in `cases/`. */
export const caseSchema = z.strictObject({
  $schema: z.string().optional().describe('Path of the JSON schema, for editors.'),
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,79}$/, 'lower-case letters, digits and dashes, at most 80')
    .describe('Unique name; also the file name without .json.'),
  title: z.string().min(1).max(200).describe('What makes this case hard, in one line.'),
  input: jsonObjectSchema.describe("The agent's input, as the agent's own input schema wants it."),
  label: labelSchema,
  origin: originSchema,
  critical: z.boolean().optional().describe('False approvals in this case are tested apart, and a candidate that gives two never passes.'),
  tags: z.array(z.string().min(1)).optional().describe('For selecting cases.'),
  dispute: disputeSchema.optional().describe('Two labels were given for this case.'),
});

export type Case = z.infer<typeof caseSchema>;
export type Label = z.infer<typeof labelSchema>;
export type Dispute = z.infer<typeof disputeSchema>;

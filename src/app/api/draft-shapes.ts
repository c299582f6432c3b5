import { z } from 'zod';

/** What routes about drafts and labels say to each other. Fields of forms come as pairs, because one may be called `__proto__`. */
export const typedPairsSchema = z.array(z.object({ field: z.string().max(500), typed: z.string().max(1_000_000) })).max(1000);

export const readableFieldSchema = z.object({
  field: z.string(),
  label: z.string(),
  help: z.string().optional(),
  text: z.string(),
  attached: z.object({ url: z.string(), isImage: z.boolean() }).optional(),
});

export const typedFieldSchema = z.object({
  field: z.string(),
  label: z.string(),
  help: z.string().optional(),
  kind: z.enum(['yes-no', 'choice', 'number', 'text', 'json']),
  choices: z
    .array(z.object({ value: z.string(), label: z.string() }))
    .readonly()
    .optional(),
});

/** The policy's answer, with its arithmetic, and as it would stand in the form. */
export const policyAnswerSchema = z.object({
  decision: z.array(readableFieldSchema),
  rationale: z.string(),
  typed: z.array(z.object({ field: z.string(), typed: z.string() })),
});
export type PolicyAnswer = z.infer<typeof policyAnswerSchema>;

/** A form as it was read. */
export const readFormSchema = z.object({
  faults: z.array(z.object({ field: z.string(), fault: z.string() })),
  shown: z.array(z.object({ field: z.string(), text: z.string() })),
});
export type ReadFormAnswer = z.infer<typeof readFormSchema>;
export type ReadableFieldAnswer = z.infer<typeof readableFieldSchema>;
export type TypedFieldAnswer = z.infer<typeof typedFieldSchema>;

export const toolCallSchema = z.object({ tool: z.string(), input: z.string(), result: z.string(), error: z.string().nullable() });

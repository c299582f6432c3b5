import { z } from 'zod';
import { jsonValueSchema } from './json.ts';
import { standInSchema } from './model-mode.ts';

/** Tokens of one or more model calls. Total input = `inputTokens` + `cacheWriteTokens` + `cacheReadTokens`. */
export const usageSchema = z.object({
  inputTokens: z.number().nonnegative(),
  outputTokens: z.number().nonnegative(),
  cacheWriteTokens: z.number().nonnegative(),
  cacheReadTokens: z.number().nonnegative(),
});
export type Usage = z.infer<typeof usageSchema>;

/** What decides the price of tokens beside their model and their kind. */
export const priceTermsSchema = z.object({
  /** Those of `cacheWriteTokens` that are kept for an hour and not for five minutes. */
  cacheWriteHourTokens: z.number().nonnegative().optional(),
  /** True for what was answered in a batch. */
  batch: z.literal(true).optional(),
  /** True where the answer had to be made in the United States. */
  onlyUs: z.literal(true).optional(),
  webSearches: z.number().nonnegative().optional(),
  /** Why nobody can say what was charged, as a clause. */
  unknown: z.string().optional(),
});
export type PriceTerms = z.infer<typeof priceTermsSchema>;

/** Tokens that are charged at one model's price. */
export const chargeSchema = priceTermsSchema.extend({ model: z.string(), usage: usageSchema });
export type Charge = z.infer<typeof chargeSchema>;

/** One request to the model and its answer; `content` holds the answer's blocks as the Messages API gave them. */
export const modelCallStepSchema = z.object({
  kind: z.literal('model-call'),
  /** Who answered, as the server says: not always who was asked. */
  model: z.string(),
  /** Present when a live call was answered by a server that says it is no live model. */
  standIn: standInSchema.optional(),
  stopReason: z.string().nullable(),
  content: z.array(jsonValueSchema),
  usage: usageSchema,
  /** What is charged for it, where that is something else than `usage` at the price of `model`. */
  charges: z.array(chargeSchema).min(1).optional(),
  durationMs: z.number().nonnegative(),
  requestId: z.string().optional(),
  /** Tries before this one that brought no answer and may have been charged for all the same. */
  lostTries: z.int().positive().optional(),
});

/** One tool call with its arguments and what the model was told. */
export const toolCallStepSchema = z.object({
  kind: z.literal('tool-call'),
  id: z.string(),
  tool: z.string(),
  input: jsonValueSchema,
  result: z.string(),
  isError: z.boolean(),
  durationMs: z.number().nonnegative(),
});

/** What happened in a trial, in order. */
export const transcriptSchema = z.object({
  userMessage: z.string(),
  steps: z.array(z.discriminatedUnion('kind', [modelCallStepSchema, toolCallStepSchema])),
});

export type ModelCallStep = z.infer<typeof modelCallStepSchema>;
export type ToolCallStep = z.infer<typeof toolCallStepSchema>;
export type Transcript = z.infer<typeof transcriptSchema>;

/** What the model was told by the tool calls that failed, in order; each text names its tool. */
export function toolErrorsOf({ steps }: Pick<Transcript, 'steps'>): string[] {
  return steps.flatMap((step) => (step.kind === 'tool-call' && step.isError ? [step.result] : []));
}

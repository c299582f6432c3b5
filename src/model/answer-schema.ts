import { z } from 'zod';

/** Ids are shown and stored; a compatible server may choose its own, within reason. */
const idSchema = z.string().min(1).max(512);
/** Far more than any call can have; sums and prices of what is beyond it would be no numbers any more. */
const tokensSchema = z.number().nonnegative().max(1e9);

const blockSchema = z.union([
  z.looseObject({ type: z.literal('text'), text: z.string().nullish() }),
  // What a model leaves out of a call is a call that no tool takes, and none of the machinery's faults.
  z.looseObject({
    type: z.literal('tool_use'),
    id: z.string().max(512).nullish(),
    name: z.string().max(512).nullish(),
    input: z.unknown().optional(),
  }),
  z.looseObject({
    type: z.string().refine((type) => type !== 'text' && type !== 'tool_use', 'a text block needs text, a tool_use block id and name'),
  }),
]);

/** A text where a list of blocks should be is the text that was said, and so is a block that does not say what it is and holds one; nothing is no block. */
export function asBlocks(given: unknown): unknown {
  if (typeof given === 'string') return [{ type: 'text', text: given }];
  if (!Array.isArray(given)) return given;
  const isBare = (block: unknown) => typeof block === 'object' && block !== null && !('type' in block) && 'text' in block;
  return given.filter((block) => block !== null).map((block) => (isBare(block) ? { type: 'text', ...block } : block));
}

/**
 * What an answer of the Messages API must hold for the agent to work with it. Loose on purpose: older versions of the API and compatible
 * servers leave out nullable fields, newer ones add some.
 */
export const answerSchema = z.looseObject({
  id: idSchema.nullish(),
  type: z.literal('message').nullish(),
  role: z.literal('assistant').nullish(),
  model: z.string().max(512).nullish(),
  content: z.preprocess(asBlocks, z.array(blockSchema).nullable()),
  stop_reason: z.string().max(512).nullish(),
  usage: z.unknown().optional(),
});

/** What an answer used. Nothing but its price depends on it. */
export const usageSchema = z.looseObject({
  input_tokens: tokensSchema,
  output_tokens: tokensSchema,
  cache_creation_input_tokens: tokensSchema.nullish(),
  cache_read_input_tokens: tokensSchema.nullish(),
});

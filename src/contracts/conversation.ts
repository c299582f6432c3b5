import { z } from 'zod';

const toolCallSchema = z.object({
  id: z.string(),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.string().describe('JSON, as the model wrote it.') }),
});

/** One message of a conversation, in the shape of the Chat Completions API. */
export const conversationMessageSchema = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), content: z.string() }),
  z.object({
    role: z.literal('assistant'),
    content: z.string().describe('Empty where the model only called tools.'),
    tool_calls: z.array(toolCallSchema).optional(),
  }),
  z.object({ role: z.literal('tool'), tool_call_id: z.string(), content: z.string() }),
]);
export type ConversationMessage = z.infer<typeof conversationMessageSchema>;

/**
 * A conversation so far, which the agent has to go on with: earlier turns with their tools, and last what the user says now. Put it into the input schema of an
 * agent that takes one: `z.strictObject({ messages: conversationSchema })`.
 */
export const conversationSchema = z.array(conversationMessageSchema).min(1);

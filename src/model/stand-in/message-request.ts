import { z } from 'zod';
import { withoutCacheControl } from '../cache-control.ts';
import type { ModelRequest } from '../model.ts';
import { ApiError } from './api-error.ts';

const blockSchema = z.looseObject({ type: z.string().min(1) });
const messageSchema = z.looseObject({
  role: z.enum(['user', 'assistant', 'system']),
  content: z.union([z.string(), z.array(blockSchema)]),
});

const conversationShape = {
  model: z.string().min(1).max(256),
  messages: z.array(messageSchema).min(1),
  system: z.union([z.string(), z.array(blockSchema)]).optional(),
  tools: z.array(z.looseObject({ name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/) })).optional(),
};

const countRequestSchema = z.looseObject(conversationShape);
const messageRequestSchema = z.looseObject({
  ...conversationShape,
  max_tokens: z.int().positive(),
  stream: z.boolean().optional(),
  output_config: z.looseObject({ effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish() }).optional(),
});

type Conversation = z.infer<typeof countRequestSchema>;

/** Parameters the API no longer knows. */
const removed = ['temperature', 'top_p', 'top_k'];

/**
 * Checks the body of POST /v1/messages as far as a tool loop can get it wrong.
 * @throws {ApiError} 400
 */
export function readMessageRequest(body: unknown): { readonly request: ModelRequest; readonly stream: boolean } {
  const parsed = parse(messageRequestSchema, body);
  const unknown = removed.find((name) => name in parsed);
  if (unknown !== undefined) throw new ApiError(400, `${unknown}: Extra inputs are not permitted`);
  checkToolResults(parsed.messages);
  // The body itself, not the parsed copy: the order of its members is part of what a model sees.
  const { stream, ...request } = body as ModelRequest & { readonly stream?: boolean };
  // Marks for the prompt cache say nothing to the model.
  return { request: withoutCacheControl(request), stream: stream ?? false };
}

/**
 * Checks the body of POST /v1/messages/count_tokens.
 * @throws {ApiError} 400
 */
export function readCountRequest(body: unknown): Conversation {
  return parse(countRequestSchema, body);
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ApiError(400, `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'is not valid'}`);
}

/** Every tool call is answered in the message right after it, and nothing else is. */
function checkToolResults(messages: Conversation['messages']): void {
  const seen = new Set<string>();
  messages.forEach((message, index) => {
    const calls = message.role === 'assistant' ? idsOf(message, 'tool_use', 'id') : [];
    for (const id of calls) {
      if (seen.has(id)) throw new ApiError(400, `messages.${index}: \`tool_use\` ids must be unique`);
      seen.add(id);
    }
    const next = messages[index + 1];
    const answered = next ? idsOf(next, 'tool_result', 'tool_use_id') : [];
    const missing = next && calls.find((id) => !answered.includes(id));
    if (missing)
      throw new ApiError(
        400,
        `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing}`,
      );
    const stray = answered.find((id) => !calls.includes(id));
    if (stray) throw new ApiError(400, `messages.${index + 1}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}`);
  });
}

function idsOf(message: Conversation['messages'][number], type: string, field: string): string[] {
  if (typeof message.content === 'string') return [];
  return message.content.filter((block) => block.type === type).map((block) => String(block[field]));
}

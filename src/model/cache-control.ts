import type { ModelRequest } from './model.ts';

const ephemeral = { type: 'ephemeral' as const };

/**
 * Marks what a tool loop sends again and again, so that the API answers from its prompt cache: the end of the system prompt (with the
 * tools before it), and the end of the conversation so far. Returns a copy.
 * @param tail false where nobody will go on soon enough
 */
export function withCacheControl(request: ModelRequest, { tail = true }: { readonly tail?: boolean } = {}): ModelRequest {
  const system = typeof request.system === 'string' ? [{ type: 'text' as const, text: request.system }] : request.system;
  const marked = system && markLast(system);
  return { ...request, ...(marked ? { system: marked } : {}), messages: tail ? markTail(request.messages) : request.messages };
}

/** The request without any mark: two requests that differ in marks only get the same answer. Returns a copy. */
export function withoutCacheControl(request: ModelRequest): ModelRequest {
  const { cache_control: _, ...rest } = request;
  // Spread first: the members keep their order.
  return {
    ...rest,
    ...(Array.isArray(rest.system) ? { system: rest.system.map(unmarked) } : {}),
    ...(rest.tools ? { tools: rest.tools.map(unmarked) } : {}),
    messages: rest.messages.map((message) =>
      typeof message.content === 'string' ? message : ({ ...message, content: message.content.map(unmarked) } as typeof message),
    ),
  };
}

function unmarked<Block extends object>(block: Block): Block {
  const { cache_control: _, ...rest } = block as Block & { cache_control?: unknown };
  return rest as Block;
}

function markTail(messages: ModelRequest['messages']): ModelRequest['messages'] {
  const at = messages.findLastIndex((message) => message.role === 'user');
  const tail = messages[at];
  if (!tail) return messages;
  const content = typeof tail.content === 'string' ? [{ type: 'text' as const, text: tail.content }] : tail.content;
  return messages.with(at, { role: 'user', content: markLast(content) });
}

function markLast<Block extends { readonly type: string }>(blocks: readonly Block[]): Block[] {
  // The API refuses a mark on an empty text.
  const at = blocks.findLastIndex((block) => !('text' in block) || block.text !== '');
  return blocks.map((block, index) => (index === at ? { ...block, cache_control: ephemeral } : block));
}

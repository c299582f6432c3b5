import { type StandIn, standInHeader } from '../contracts/model-mode.ts';
import { answerSchema, asBlocks, usageSchema } from './answer-schema.ts';
import { safeRequestId } from './anthropic-error.ts';
import type { ModelAnswer } from './model.ts';
import { ModelError } from './model-error.ts';

/** Checks the shape once, here: what is behind a base URL may only look like the Messages API. @throws {ModelError} */
export function readAnswer(body: unknown, headers: Headers): ModelAnswer {
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.join('.') || 'the answer';
    if (isChatCompletion(body)) throw otherApi();
    throw new ModelError(
      'response',
      `The model server's answer does not have the shape of the Messages API: ${where} is not what it should be. Where a gateway writes it, see whether it can pass on what the model says.`,
      // What a model said was paid for, in whatever shape it comes.
      { retryable: false, lost: isSaid(body) },
    );
  }
  const requestId = safeRequestId(headers.get('request-id'));
  // As it came: the conversation is sent back unchanged.
  const standIn = standInOf(headers.get(standInHeader) ?? '');
  const answer = body as ModelAnswer;
  return {
    ...answer,
    // What some gateways leave out; who answered is not known then, nor the price.
    id: answer.id ?? 'not-told',
    model: answer.model || 'not-told',
    content: saidContent(parsed.data.content, answer),
    usage: tellsPrompt(answer.usage) ? answer.usage : untold,
    ...(requestId ? { _request_id: requestId } : {}),
    ...(standIn ? { _stand_in: standIn } : {}),
  };
}

/** Whoever says nothing of the prompt, as there is none without one, says nothing of the price. */
function tellsPrompt(usage: unknown): boolean {
  const { success, data } = usageSchema.safeParse(usage);
  return success && data.input_tokens + (data.cache_creation_input_tokens ?? 0) + (data.cache_read_input_tokens ?? 0) > 0;
}

/** Of an answer that does not say, or cannot be read: what no tokens cost is not known. */
const untold = { input_tokens: 0, output_tokens: 0 } as ModelAnswer['usage'];

/** True for a body that holds anything like an answer, also one that is wrapped in something else. */
function isSaid(body: unknown): boolean {
  return /[\\"](?:content|choices|usage|completion|candidates|output_text)[\\"]/.test(JSON.stringify(body)?.slice(0, 65_536) ?? '');
}

/** The error of an answer, or a stream, of the other API that many servers have. */
export function otherApi(): ModelError {
  const says =
    'The model server answers in the form of the Chat Completions API. Let ANTHROPIC_BASE_URL name a Messages API, or a gateway that speaks it.';
  return new ModelError('response', says, { retryable: false, lost: true });
}

function isChatCompletion(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'choices' in body && Array.isArray(body.choices);
}

/**
 * The blocks as they came, but null where a text or a list of blocks should be, as some servers have it for nothing: it is nothing said. A call
 * that comes without an id, a name or an input is a call all the same.
 */
function saidContent(
  read: readonly Partial<Record<'type' | 'text' | 'id' | 'name' | 'input', unknown>>[] | null,
  { content }: ModelAnswer,
): ModelAnswer['content'] {
  if (read === null) return [];
  const isWhole = ({ type, text, id, name, input }: (typeof read)[number]) =>
    type === 'text'
      ? typeof text === 'string'
      : type !== 'tool_use' || (typeof id === 'string' && typeof name === 'string' && input !== undefined);
  const blocks = asBlocks(content) as ModelAnswer['content'];
  if (read.every(isWhole)) return blocks;
  return blocks.map((block) => {
    if (block.type === 'text') return { ...block, text: block.text ?? '' };
    return block.type === 'tool_use' ? { ...block, id: block.id ?? '', name: block.name ?? '', input: block.input ?? null } : block;
  });
}

/** What an answer says of who gave it: a proxy may have joined several words, and one that is not known is no live model's either. */
function standInOf(header: string): StandIn | undefined {
  const words = header.toLowerCase().split(',');
  const standIns = words.map((word) => word.trim()).filter((word) => word !== '' && word !== 'live');
  if (standIns.length === 0) return undefined;
  return standIns.every((word) => word === 'recorded') ? 'recorded' : 'simulated';
}

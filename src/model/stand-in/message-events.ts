import type Anthropic from '@anthropic-ai/sdk';
import type { ModelAnswer } from '../model.ts';

/** Characters in one delta: enough pieces that a client has to put them together. */
const pieceLength = 24;

/** One answer as the row of events that `stream: true` asks for. */
export function* messageEvents(answer: ModelAnswer): Generator<Anthropic.RawMessageStreamEvent | { readonly type: 'ping' }> {
  const { usage } = answer;
  yield {
    type: 'message_start',
    message: { ...answer, content: [], stop_reason: null, stop_sequence: null, stop_details: null, usage: { ...usage, output_tokens: 1 } },
  };
  for (const [index, block] of answer.content.entries()) {
    yield { type: 'content_block_start', index, content_block: emptied(block) };
    if (index === 0) yield { type: 'ping' };
    for (const delta of deltasOf(block)) yield { type: 'content_block_delta', index, delta };
    yield { type: 'content_block_stop', index };
  }
  yield {
    type: 'message_delta',
    delta: {
      container: answer.container ?? null,
      stop_details: answer.stop_details ?? null,
      stop_reason: answer.stop_reason,
      stop_sequence: answer.stop_sequence ?? null,
    },
    usage: {
      cache_creation_input_tokens: usage.cache_creation_input_tokens ?? null,
      cache_read_input_tokens: usage.cache_read_input_tokens ?? null,
      input_tokens: usage.input_tokens,
      output_tokens: usage.output_tokens,
      output_tokens_details: usage.output_tokens_details ?? null,
      server_tool_use: usage.server_tool_use ?? null,
    },
  };
  yield { type: 'message_stop' };
}

/** Server-sent events, as text. */
export function eventText(event: { readonly type: string }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

type Block = ModelAnswer['content'][number];

function emptied(block: Block): Anthropic.RawContentBlockStartEvent['content_block'] {
  if (block.type === 'text') return { ...block, text: '' };
  if (block.type === 'tool_use') return { ...block, input: {} };
  if (block.type === 'thinking') return { ...block, thinking: '', signature: '' };
  return block as Anthropic.RawContentBlockStartEvent['content_block'];
}

function deltasOf(block: Block): Anthropic.RawContentBlockDelta[] {
  if (block.type === 'text') return pieces(block.text).map((text) => ({ type: 'text_delta', text }));
  if (block.type === 'tool_use') {
    // The API begins a tool's input with an empty piece.
    return ['', ...pieces(JSON.stringify(block.input))].map((json) => ({ type: 'input_json_delta', partial_json: json }));
  }
  if (block.type === 'thinking') {
    return [
      ...pieces(block.thinking).map((thinking) => ({ type: 'thinking_delta' as const, thinking, estimated_tokens: null })),
      { type: 'signature_delta', signature: block.signature },
    ];
  }
  return [];
}

/** Cuts between characters, never inside a surrogate pair. */
function pieces(text: string): string[] {
  const characters = [...text];
  const count = Math.ceil(characters.length / pieceLength);
  return Array.from({ length: count }, (_, index) => characters.slice(index * pieceLength, (index + 1) * pieceLength).join(''));
}

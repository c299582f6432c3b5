import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { MessagePart } from '../contracts/trace.ts';
import { openTraceStore } from './store/open-trace-store.ts';
import { rawSpan } from './testing/raw-span.ts';

const json = (value: JsonValue) => JSON.stringify(value);

/** The question of a trace of these spans, and its conversation as `role: words`; the first span is around the others. */
async function turnsOf(...attributes: readonly JsonObject[]) {
  const store = openTraceStore(':memory:');
  await store.saveSpans(
    attributes.map((each, index) => rawSpan(index + 1, { attributes: each })),
    { source: 'otlp' },
  );
  const [trace] = await Array.fromAsync(store.traces({}));
  await store.close();
  return { asked: trace?.userMessage, said: trace?.conversation.map(({ role, parts }) => `${role}: ${parts.map(words).join(' ')}`) };
}

function words(part: MessagePart): string {
  if (part.type === 'tool_call') return `${part.name}(${json(part.arguments)})`;
  if (part.type === 'tool_call_response') return `= ${json(part.response)}`;
  return String(part.content);
}

const earlier = [
  { role: 'user', content: 'Is parcel 7 late?' },
  { role: 'assistant', content: 'It is.' },
];
const second = { asked: 'And parcel 8?', said: ['user: Is parcel 7 late?', 'assistant: It is.', 'user: And parcel 8?'] };
const now = { role: 'user', content: 'And parcel 8?' };
const system = { role: 'system', content: 'You are the desk.' };
const chat = { 'gen_ai.operation.name': 'chat' };
const agent = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'desk' };

describe('the turns of a trace', () => {
  it.each<[string, readonly JsonObject[]]>([
    ['of the GenAI conventions', [{ ...chat, 'gen_ai.input.messages': json([system, ...earlier, now]) }]],
    [
      'of an agent that was given the question only',
      [
        { ...agent, 'gen_ai.input.messages': json([now]) },
        { ...chat, 'gen_ai.input.messages': json([...earlier, now]) },
      ],
    ],
    [
      'of Pydantic AI, which says where the run begins',
      [
        {
          ...agent,
          'pydantic_ai.new_message_index': 2,
          'pydantic_ai.all_messages': json([...earlier, now, { role: 'assistant', content: 'No.' }]),
        },
      ],
    ],
    [
      'of the AI SDK',
      [{ 'ai.operationId': 'ai.generateText', 'ai.prompt': json({ system: 'You are the desk.', messages: [...earlier, now] }) }],
    ],
    [
      'of OpenInference',
      [
        Object.fromEntries([
          ['openinference.span.kind', 'LLM'],
          ...[system, ...earlier, now].flatMap(({ role, content }, index) => [
            [`llm.input_messages.${index}.message.role`, role],
            [`llm.input_messages.${index}.message.content`, content],
          ]),
        ]),
      ],
    ],
    [
      'of Gemini and ADK',
      [
        {
          'gcp.vertex.agent.llm_request': json({
            contents: [
              { role: 'user', parts: [{ text: 'Is parcel 7 late?' }] },
              { role: 'model', parts: [{ text: 'It is.' }] },
              { role: 'user', parts: [{ text: 'And parcel 8?' }] },
            ],
          }),
        },
      ],
    ],
    [
      'of a framework that repeats the system instructions in each turn',
      [{ ...chat, 'gen_ai.input.messages': json([system, ...earlier, system, now]) }],
    ],
  ])('%s', async (_, spans) => {
    expect(await turnsOf(...spans)).toEqual(second);
  });

  it('have the tools of earlier turns, and nothing of what the run did itself', async () => {
    const call = { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'find', input: { parcel: 7 } }] };
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: '2 days' }] };
    const said = [
      earlier[0],
      call,
      result,
      earlier[1],
      now,
      { role: 'user', content: 'Quick!' },
      call,
      result,
      { role: 'assistant', content: 'No.' },
    ];
    expect(await turnsOf({ ...chat, 'gen_ai.input.messages': json(said as JsonValue) })).toEqual({
      asked: 'And parcel 8?',
      said: [
        'user: Is parcel 7 late?',
        'assistant: find({"parcel":7})',
        'user: = "2 days"',
        'assistant: It is.',
        'user: And parcel 8?',
        'user: Quick!',
      ],
    });
  });

  it('are none where nobody asks, and one where there is one; who speaks first may be the assistant', async () => {
    expect(await turnsOf({ ...chat, 'gen_ai.input.messages': json([system]) })).toEqual({ asked: null, said: [] });
    expect(await turnsOf({ ...chat, 'gen_ai.input.messages': json([now]) })).toEqual({
      asked: 'And parcel 8?',
      said: ['user: And parcel 8?'],
    });
    const greeting = { role: 'assistant', content: 'How can I help?' };
    expect((await turnsOf({ ...chat, 'gen_ai.input.messages': json([greeting, now]) })).said).toEqual([
      'assistant: How can I help?',
      'user: And parcel 8?',
    ]);
  });
});

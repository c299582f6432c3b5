import type { Model, ModelAnswer, ModelContext } from '../model.ts';
import { weatherRequest } from './weather-simulator.ts';

/** A tiny agent: runs the tool loop to its end and returns every answer. `weather` is its one tool. */
export async function converse(
  model: Model,
  context: ModelContext,
  weather: (place: string) => string = (place) => (place === 'Paris' ? '21 degrees' : '14 degrees'),
): Promise<ModelAnswer[]> {
  const request = weatherRequest();
  const messages = [...request.messages];
  const answers: ModelAnswer[] = [];
  for (let turn = 1; turn <= 5; turn += 1) {
    const answer = await model.create({ ...request, messages: [...messages] }, context);
    answers.push(answer);
    if (answer.stop_reason !== 'tool_use') return answers;
    messages.push({ role: 'assistant', content: answer.content });
    messages.push({
      role: 'user',
      content: answer.content
        .filter((block) => block.type === 'tool_use')
        .map((block) => ({
          type: 'tool_result',
          tool_use_id: block.id,
          content: weather((block.input as { place: string }).place),
          is_error: false,
        })),
    });
  }
  return answers;
}

import { expect, test } from 'vitest';
import type { Model, ModelAnswer, ModelContext, ModelRequest } from '../../model/model.ts';
import { changedDecision } from './changed-answer.ts';

/** What comes of this content when the decision gets another figure. */
async function changed(content: readonly object[], request: object = { output_config: { format: {} } }): Promise<unknown> {
  const model: Model = { mode: 'simulated', create: async () => ({ content }) as unknown as ModelAnswer };
  const answer = await changedDecision(model, (decision) => ({ ...decision, figure: 2 })).create(
    request as ModelRequest,
    {} as ModelContext,
  );
  return answer.content;
}

const text = (value: string) => ({ type: 'text', text: value });
const call = (name: string, input: unknown) => ({ type: 'tool_use', id: 'a', name, input });

test('a decision is changed where it is said or given to the tool that decides, and nothing else is', async () => {
  expect(await changed([text('{"figure":1,"yes":true}')])).toEqual([text('{"figure":2,"yes":true}')]);
  for (const words of ['I think so.', '[1]', '1', 'null', '']) expect(await changed([text(words)])).toEqual([text(words)]);
  const look = call('look_up', { figure: 1 });
  expect(await changed([look])).toEqual([look]);
  const tools = [{ name: 'look_up' }, { name: 'submit_decision' }];
  expect(await changed([look, call('submit_decision', { figure: 1 })], { tools })).toEqual([look, call('submit_decision', { figure: 2 })]);
  // The agent's own tool of that name decides nothing.
  const own = call('submit_decision', { figure: 1 });
  const both = { tools: [...tools, { name: 'submit_decision_' }] };
  expect(await changed([own, call('submit_decision_', { figure: 1 })], both)).toEqual([own, call('submit_decision_', { figure: 2 })]);
  expect(await changed([own])).toEqual([own]);
});

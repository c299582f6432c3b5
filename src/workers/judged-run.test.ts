import { expect, test } from 'vitest';
import { describeVersion } from '../agent/describe-agent.ts';
import { refundDesk, scriptedModel } from '../agent/testing/refund-desk.ts';
import { runAgent } from '../agent/tool-loop.ts';
import { resolveVersion } from '../agent/version.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { VersionSettings } from '../contracts/version.ts';
import type { Model } from '../model/model.ts';
import { JudgedCalls } from './judged-model.ts';
import { JudgedRun } from './judged-run.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

type Turns = Parameters<typeof scriptedModel>[0];

const settings = { series: 's', trialNumber: 1, signal: new AbortController().signal };
function desk(changes: Partial<VersionSettings>) {
  const agent = refundDesk();
  const { v1 } = agent.versions;
  return { ...agent, versions: { v1: { ...v1, settings: { ...v1?.settings, ...changes } } } } as ReturnType<typeof refundDesk>;
}
const run = (model: Model, agent: ReturnType<typeof refundDesk>, input: JsonObject = { amount: 20 }) =>
  runAgent({ ...settings, agent, version: resolveVersion(agent, 'v1'), input, model, now: () => 0 });

/** Runs the tool loop as a worker does, and asks the judge of it for each answer; every message goes through JSON. */
async function judged(model: Model, agent: ReturnType<typeof refundDesk>, input: JsonObject = { amount: 20 }) {
  const wire = <Message>(message: Message): Message => JSON.parse(JSON.stringify(message));
  const calls = new JudgedCalls((message) => ask(wire(message)));
  const version = describeVersion(resolveVersion(agent, 'v1'));
  const wrong: string[] = [];
  const judge = new JudgedRun(
    1,
    { ...settings, input, model },
    { version, own: false },
    (message: ToWorker) => {
      if (message.type === 'answer' || message.type === 'failure') calls.take(wire(message));
    },
    { silentMs: 5000, onSilent: () => undefined },
  );
  const ask = (message: FromWorker) => {
    const fault = message.type === 'model' ? judge.ask(message.call, message.request) : undefined;
    if (fault !== undefined) wrong.push(fault);
  };
  const { outcome, transcript, usage } = await run(calls.modelOf(1, 'simulated'), agent, input);
  const fault = judge.take(wire({ type: 'decided', id: 1, outcome, transcript, usage }));
  if (fault !== undefined) wrong.push(fault);
  expect(wrong).toEqual([]);
  return judge.end;
}

const text = (words: string) => ({ type: 'text', text: words });
const decision = (approved = true) => text(JSON.stringify({ approved, amount: 4 }));
const lookup = (id: string) => ({ type: 'tool_use', id, name: 'lookup', input: { customer: 'Ada' } });
const submit = (id: string, input: unknown = { approved: true, amount: 4 }) => ({ type: 'tool_use', id, name: 'submit_decision', input });
const search = [
  { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'refunds' } },
  {
    type: 'web_search_tool_result',
    tool_use_id: 'srvtoolu_1',
    content: [{ type: 'web_search_result', url: 'https://a.example', title: 'A' }],
  },
];
const toolUse = 'tool_use' as const;
const pause = 'pause_turn' as const;

test.each<[string, Turns, Partial<VersionSettings>]>([
  ['a plain decision', [{ content: [decision()] }], {}],
  [
    'a pause before tools',
    [
      { stop_reason: pause, content: [text('I search. '), ...search] },
      { stop_reason: toolUse, content: [lookup('a')] },
      { content: [decision()] },
    ],
    {},
  ],
  [
    'two pauses and a decision',
    [{ stop_reason: pause, content: search }, { stop_reason: pause, content: [text('more')] }, { content: [decision()] }],
    {},
  ],
  [
    'a decision that a pause cuts in two',
    [{ stop_reason: pause, content: [text('{"approved": true,')] }, { content: [text('"amount": 4}')] }],
    {},
  ],
  [
    'an empty text and an id used twice',
    [
      { stop_reason: toolUse, content: [text(''), lookup('a')] },
      { stop_reason: toolUse, content: [lookup('a')] },
      { content: [decision()] },
    ],
    {},
  ],
  ['a decision beside calls, then silence', [{ stop_reason: toolUse, content: [decision(), lookup('a')] }, { content: [] }], {}],
  ['a decision by a tool', [{ stop_reason: toolUse, content: [submit('a')] }], { decideBy: 'tool' }],
  [
    'a decision by a tool, given as text',
    [{ stop_reason: toolUse, content: [submit('a', '{"approved": false, "amount": 1}')] }],
    { decideBy: 'tool' },
  ],
  [
    'a decision by a tool that was asked for',
    [{ content: [text('Done.')] }, { stop_reason: toolUse, content: [submit('a')] }],
    { decideBy: 'tool' },
  ],
  [
    'a decision by a tool beside another call',
    [{ stop_reason: toolUse, content: [submit('a'), lookup('b')] }, { content: [] }],
    { decideBy: 'tool' },
  ],
  ['words without a decision', [{ content: [text('No.')] }], {}],
])('a run in a worker ends as it does here: %s', async (_name, turns, changes) => {
  const agent = desk(changes);
  const here = await run(scriptedModel(turns), agent);
  const there = await judged(scriptedModel(turns), agent);
  expect(there.outcome).toEqual(here.outcome);
  expect(there.transcript.steps.map(({ kind }) => kind)).toEqual(here.transcript.steps.map(({ kind }) => kind));
  expect(here.outcome.kind).toBe(_name.startsWith('words') ? 'invalid' : 'decided');
});

test('a run that goes on with a conversation so far is judged by the answers that came after it', async () => {
  const messages = [
    { role: 'user', content: 'Is it late?' },
    {
      role: 'assistant',
      content: 'I look.',
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'lookup', arguments: '{"customer":"Ada"}' } }],
    },
    { role: 'tool', tool_call_id: 'a', content: 'It is.' },
    { role: 'assistant', content: 'It is.' },
    { role: 'user', content: 'Refund?' },
  ];
  const agent = { ...refundDesk(), userMessage: { source: import.meta.url, render: (input: JsonObject) => input.messages as never } };
  // The id was used in the conversation already.
  const turns: Turns = [{ stop_reason: toolUse, content: [lookup('a')] }, { content: [decision()] }];
  expect((await judged(scriptedModel(turns), agent, { messages })).outcome.kind).toBe('decided');
});

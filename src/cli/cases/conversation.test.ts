import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { agentPort } from '../../agent/agent-port.ts';
import { commandAgent } from '../../agent/command-agent.ts';
import { defineAgent } from '../../agent/define-agent.ts';
import { httpAgent } from '../../agent/http-agent.ts';
import { promptfooAgent } from '../../agent/promptfoo-agent.ts';
import { refundDesk, scriptedModel } from '../../agent/testing/refund-desk.ts';
import { resolveVersion } from '../../agent/version.ts';
import { caseSchema } from '../../contracts/case.ts';
import { conversationSchema } from '../../contracts/conversation.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { openTraceStore } from '../../traces/store/open-trace-store.ts';
import { rawSpan, spanId, traceId } from '../../traces/testing/raw-span.ts';
import { fixtureProject } from '../testing/fixture-project.ts';
import { belongTo } from '../testing/production-traces.ts';
import { runHere } from '../testing/run-here.ts';

/** A desk for parcels with which people talk: late is what the last message asks about and a tool of an earlier turn said to be late. */
const desk = `import { conversationSchema, expectedDecision, functionAgent } from '${new URL('../../index.ts', import.meta.url).href}';
import { z } from '${import.meta.resolve('zod')}';
const agent = functionAgent({
  name: 'desk',
  source: import.meta.url,
  input: z.strictObject({ messages: conversationSchema }),
  decision: z.strictObject({ late: z.boolean() }),
  versions: { v1: {}, deaf: { options: { hears: 1 } } },
  inputFrom: { conversation: 'messages' },
  run: ({ messages }, { version }) => {
    const heard = messages.slice(-(version.options?.hears ?? messages.length));
    return { decision: { late: JSON.stringify(heard).includes('2 days late') } };
  },
  scorers: [expectedDecision({ approvalField: 'late' })],
  scorersSource: import.meta.url,
});
export default { agent, cases: 'cases', current: 'v1', versions: ['v1', 'deaf'], trials: 1 };
`;

const messages = [
  { role: 'system', content: 'You are the desk.' },
  { role: 'user', content: 'I am Grace Hopper, grace@example.org. Is parcel 7 late?' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'find_parcel', arguments: '{"parcel":7}' } }],
  },
  { role: 'tool', tool_call_id: 'call_1', content: 'parcel 7 is 2 days late' },
  { role: 'assistant', content: 'It is.' },
  { role: 'user', content: 'How late was that again?' },
];

const turn = (number: number, said: readonly object[], session: string): RawSpan =>
  rawSpan(number, {
    traceId: traceId(number),
    spanId: spanId(number),
    parentSpanId: null,
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'desk',
      'session.id': session,
      'gen_ai.input.messages': JSON.stringify(said),
      'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"text","content":"{\\"late\\":true}"}]}]',
    },
  });

it('a conversation that was recorded becomes a case, is reviewed and tried, by every kind of agent', { tags: ['slow'] }, async () => {
  using project = fixtureProject();
  belongTo(project.directory, 'Ada Lovelace');
  for (const id of ['light', 'heavy']) project.writeCase(id, caseOf(id, [{ role: 'user', content: `What is ${id}?` }]));
  writeFileSync(join(project.directory, 'docket.config.ts'), desk);
  const store = openTraceStore(join(project.directory, '.docket', 'traces.db'));
  await store.saveSpans(
    [turn(1, messages.slice(0, 2), 'chat-1'), turn(2, messages, 'chat-1'), turn(3, [{ role: 'user', content: 'And now?' }], 'chat-1')],
    { source: 'otlp' },
  );
  await store.close();

  const { traces } = await json(project.directory, 'traces', 'ls', '--session', 'chat-1', '--json');
  expect(traces).toHaveLength(3);
  const { stdout: shown } = await runHere(['traces', 'show', traceId(2)], project);
  expect(shown).toMatch(
    /session chat-1\n[\s\S]*earlier {3}user: I am Grace Hopper[\s\S]*earlier {3}assistant: calls find_parcel[\s\S]*asked {5}How late was that again\?/,
  );

  // One turn of a session that has earlier ones as traces of their own: it is not taken for the whole in silence.
  const { inputFaults } = await json(project.directory, 'traces', 'score', '--json');
  expect(inputFaults).toEqual([{ message: expect.stringContaining('found one turn, and earlier runs of its session'), traces: 1 }]);

  const { drafts } = await json(project.directory, 'cases', 'draft', '--json');
  const draft = (drafts as { id: string; traceId: string; input: JsonObject }[]).find((each) => each.traceId === traceId(2));
  const doubted = (drafts as { traceId: string; title: string }[]).find((each) => each.traceId === traceId(3));
  expect(doubted?.title).toMatch(/^A case from production\. inputFrom found one turn, and earlier runs/);
  const [asked, ...others] = (draft?.input.messages ?? []) as JsonObject[];
  expect(asked).toEqual({ role: 'user', content: expect.not.stringMatching(/Hopper|grace@/) });
  // The names of tools and the ids by which results find their calls are as they were.
  expect(others).toEqual([{ ...messages[2], content: '' }, messages[3], messages[4], messages[5]]);

  const answers = join(project.directory, 'answers.json');
  writeFileSync(
    answers,
    JSON.stringify([
      { draft: draft?.id, answer: 'correct', decision: { late: true }, rationale: 'Told.', id: 'second-turn', title: 'Second turn' },
    ]),
  );
  await json(project.directory, 'cases', 'review', '--decide', answers, '--json');
  const { input } = caseSchema.parse(JSON.parse(readFileSync(join(project.directory, 'cases/second-turn.json'), 'utf8')));
  const { versions } = (await json(project.directory, 'eval', '--case', 'second-turn', '--json')) as {
    versions: { version: { name: string }; totals: { passes: number } }[];
  };
  expect(versions.map(({ version, totals }) => [version.name, totals.passes])).toEqual([
    ['v1', 1],
    ['deaf', 0],
  ]);
  await byOtherKinds(input, project.directory);
});

/** The same input, given to the other kinds. */
async function byOtherKinds(input: JsonObject, directory: string): Promise<void> {
  const schemas = {
    name: 'desk',
    source: import.meta.url,
    reads: [],
    input: z.strictObject({ messages: conversationSchema }),
    decision: z.strictObject({ late: z.boolean(), turns: z.number() }),
    scorers: [],
  };
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { chat } = JSON.parse(text) as { chat: { role: string }[] };
    response.end(JSON.stringify({ late: true, turns: chat.filter(({ role }) => role === 'user').length }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const program = `let text = ''; process.stdin.on('data', (part) => { text += part }).on('end', () => {
    const { messages } = JSON.parse(text);
    console.log(JSON.stringify({ late: true, turns: messages.filter(({ role }) => role === 'user').length }));
  })`;
  // A provider of a project's own, and no model: it says how many turns of a user the chat has that it is given.
  const echo = join(directory, 'echo.mjs');
  writeFileSync(
    echo,
    `export default class Echo {
      id() { return 'echo'; }
      async callApi(prompt) {
        const chat = JSON.parse(prompt);
        return { output: JSON.stringify({ late: chat[0].role === 'system', turns: chat.filter(({ role }) => role === 'user').length }) };
      }
    }`,
  );
  const model = scriptedModel([{ content: [{ type: 'text', text: '{"approved": true, "amount": 2}' }] }]);
  const loop = refundDesk();
  const agents = [
    httpAgent({
      ...schemas,
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      request: { body: { chat: '{input.messages}' } },
    }),
    commandAgent({ ...schemas, command: [process.execPath, '-e', program] }),
    promptfooAgent({
      ...schemas,
      versions: { v1: { model: `file://${echo}`, prompt: '[{"role": "system", "content": "You are the desk."}, "{{ messages }}"]' } },
    }),
    defineAgent({
      ...loop,
      input: schemas.input as never,
      userMessage: { source: import.meta.url, render: ({ messages: said }: z.infer<typeof schemas.input>) => said },
    } as never),
  ];
  try {
    for (const agent of agents) {
      const { outcome } = await agentPort(agent, resolveVersion(agent, 'v1')).run(input, {
        model,
        series: 's',
        trialNumber: 1,
        signal: new AbortController().signal,
        now: () => performance.now(),
      });
      expect(outcome).toMatchObject({ kind: 'decided', decision: agent === agents[3] ? { amount: 2 } : { late: true, turns: 2 } });
    }
    const sent = model.requests[0]?.messages ?? [];
    expect(sent.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
  } finally {
    server.close();
    for (const agent of agents) await agent.own?.close?.();
  }
}

function caseOf(id: string, said: readonly object[]): object {
  return {
    id,
    title: id,
    input: { messages: said },
    label: { decision: { late: false }, source: 'policy', rationale: 'None is.', reviewers: [{ kind: 'policy' }] },
    origin: { kind: 'designed' },
  };
}

async function json(directory: string, ...words: string[]): Promise<JsonObject> {
  const { stdout, stderr } = await runHere(words, { directory });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as JsonObject;
}

import { afterEach, expect, it } from 'vitest';
import type { HeardSpans } from './heard-spans.ts';
import { TrialSpans } from './span-listener.ts';

const warnings: string[] = [];
let listener: TrialSpans | undefined;
afterEach(async () => {
  await listener?.close();
  warnings.length = 0;
});

function heard(): HeardSpans {
  listener = new TrialSpans((message) => warnings.push(message));
  return listener.hear();
}

const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });

async function send(trial: HeardSpans, path: string, body: object): Promise<object> {
  const answer = await fetch(`${await trial.endpoint()}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as object;
}

/** A call of a model that says nothing of what was said. */
const spans = ({ traceId }: HeardSpans) => {
  const attributes = [attribute('gen_ai.operation.name', 'chat'), attribute('gen_ai.request.model', 'm')];
  const span = {
    traceId,
    spanId: 'a'.repeat(16),
    name: 'chat',
    startTimeUnixNano: '1790000000000000000',
    endTimeUnixNano: '1790000000000000001',
    attributes,
  };
  return { resourceSpans: [{ scopeSpans: [{ scope: { name: 's' }, spans: [span] }] }] };
};

const logs = ({ traceId }: HeardSpans, spanId = 'a'.repeat(16)) => {
  const said = (eventName: string, content: string) => ({ traceId, spanId, eventName, attributes: [attribute('content', content)] });
  const logRecords = [
    said('gen_ai.user.message', 'Is parcel 7 late?'),
    said('gen_ai.choice', 'It is.'),
    { body: { stringValue: 'started' }, traceId, spanId },
  ];
  return { resourceLogs: [{ scopeLogs: [{ scope: { name: 's' }, logRecords }] }] };
};

const told = {
  transcript: {
    userMessage: 'Is parcel 7 late?',
    steps: [{ kind: 'model-call', model: 'm', content: [{ type: 'text', text: 'It is.' }] }],
  },
};

it.each([
  ['after its spans', ['/v1/traces', '/v1/logs']],
  ['before its spans', ['/v1/logs', '/v1/traces']],
  ['twice', ['/v1/logs', '/v1/traces', '/v1/logs']],
])('a trial has in its transcript what its program sent as log records, %s', async (_, paths) => {
  const trial = heard();
  for (const path of paths) await send(trial, path, path === '/v1/logs' ? logs(trial) : spans(trial));
  expect(trial.told()).toMatchObject(told);
});

it('and by the address that servers are told, by the trace that a record names', async () => {
  const trial = heard();
  const other = listener?.hear();
  const endpoint = await listener?.endpoint();
  const post = (path: string, body: object) =>
    fetch(`${endpoint}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  await post('/v1/traces', spans(trial));
  await post('/v1/logs', logs(trial));
  expect(trial.told()).toMatchObject(told);
  expect(other?.told()).toBeUndefined();
});

it('records of no span of the trial, of a trial that has ended, and too many of them end nothing', async () => {
  const trial = heard();
  await send(trial, '/v1/traces', spans(trial));
  await send(trial, '/v1/logs', logs(trial, 'b'.repeat(16)));
  expect(trial.told()).toMatchObject({ transcript: { steps: [{ kind: 'model-call', content: [] }] } });
  const event = { name: 'gen_ai.choice', timeUnixNano: null, attributes: {} };
  const many = Array.from({ length: 10_005 }, (_, index) => ({
    traceId: trial.traceId,
    spanId: 'c',
    event: { ...event, attributes: { index } },
  }));
  expect(trial.addLogs(many)).toMatchObject({ waiting: 9_998, dropped: 7 });
  trial.end();
  await send(trial, '/v1/logs', logs(trial));
  await listener?.close();
  expect(warnings).toEqual([expect.stringContaining("came after the agent's answer")]);
});

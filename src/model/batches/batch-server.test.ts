import { createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../contracts/clock.ts';
import { modelServer } from '../model-server.ts';
import { PriceBook } from '../price-book.ts';
import { RateLimiter } from '../rate-limiter.ts';
import { failureOf, testKey } from '../testing/loopback.ts';
import { weatherRequest } from '../testing/weather-simulator.ts';
import { BatchServer } from './batch-server.ts';

interface Reply {
  readonly status?: number;
  readonly type?: string;
  readonly body: string;
}

const { signal } = new AbortController();
const counts = { processing: 0, succeeded: 1, errored: 0, canceled: 0, expired: 0 };
const batch: Reply = { body: JSON.stringify({ id: 'msgbatch_1', processing_status: 'ended', request_counts: counts }) };
const page: Reply = { type: 'text/html', body: '<!doctype html><title>Sign in</title>' };
const message = {
  ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-haiku-4-5', stop_reason: 'end_turn' },
  content: [{ type: 'text', text: '{}' }],
  usage: { input_tokens: 1000, output_tokens: 0 },
};

/** The batches of a loopback server that gives its replies in order, the last one for ever. */
async function serverOf(...replies: readonly Reply[]) {
  let asked = 0;
  const server = createServer((request, response) => {
    const { status = 200, type = 'application/json', body }: Reply = replies[Math.min(asked, replies.length - 1)] ?? batch;
    asked += 1;
    request.resume().on('end', () => response.writeHead(status, { 'content-type': type }).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const environment = { ANTHROPIC_API_KEY: testKey, ANTHROPIC_BASE_URL: `http://127.0.0.1:${(server.address() as { port: number }).port}` };
  const clock = { ...systemClock, pause: (ms: number, ended: AbortSignal) => systemClock.pause(Math.min(ms, 1), ended) };
  return { batches: new BatchServer(modelServer({ environment, limiter: new RateLimiter({ clock }) })), asked: () => asked };
}

const send = (batches: BatchServer) => batches.send([{ customId: 'a', request: weatherRequest() }], signal);

it.each<[string, Reply, RegExp]>([
  ['nothing', { body: '' }, /answered with nothing/],
  ['a page', page, /A web page came/],
  ['half of it', { body: '{"id":' }, /not valid JSON/],
  ['the answer of another API', { body: '{"status":"ok"}' }, /does not answer as the Message Batches API/],
])('a batch whose sending was answered with %s may have arrived, and why is told', async (_name, reply, says) => {
  const { batches, asked } = await serverOf(reply);
  expect(await send(batches)).toMatchObject({ kind: 'unsure', error: { message: expect.stringMatching(says) } });
  expect(asked()).toBe(1);
});

it('a batch is read whatever it is called, and one that is refused in words has not arrived', async () => {
  const { batches } = await serverOf({ ...batch, type: 'text/plain' });
  expect(await send(batches)).toEqual({ kind: 'sent', id: 'msgbatch_1' });
  const refusing = await serverOf({ body: '{"message":"Forbidden"}' });
  expect(await failureOf(send(refusing.batches))).toMatchObject({ kind: 'authentication' });
});

it.each<[string, Reply]>([
  ['nothing', { body: '' }],
  ['a page', page],
  ['something else', { body: '{"status":"ok"}' }],
])('is asked again how a batch is, where it answers with %s', async (_name, reply) => {
  const { batches, asked } = await serverOf(reply, batch);
  expect(await batches.state('msgbatch_1', signal)).toMatchObject({ id: 'msgbatch_1', ended: true });
  expect(asked()).toBe(2);
});

it('an error that is called an answer is an error, and an answer without usage has no price', async () => {
  const results = [
    { type: 'succeeded', message: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } } },
    { type: 'succeeded', message: { ...message, usage: undefined } },
    { type: 'succeeded', message },
  ];
  const body = results.map((result, index) => JSON.stringify({ custom_id: String(index), result })).join('\n');
  const { batches } = await serverOf({ type: 'application/x-jsonl', body });
  const read = await Array.fromAsync(batches.results('msgbatch_1', signal));
  const [error, untold, told] = read;
  expect(error?.kind === 'failed' && error.errorFor(weatherRequest())).toMatchObject({ kind: 'server', retryable: true });
  const dollars = [untold, told].map((result) => result?.kind === 'answered' && new PriceBook().dollarsOfAnswer(result.answer));
  expect(dollars).toEqual([undefined, 0.0005]);
});

const result = (id: string, type: string) => JSON.stringify({ custom_id: id, result: { type, message } });

it.each<[string, Reply, object]>([
  [
    'are not there',
    { status: 404, body: '{"error":{"type":"not_found_error"}}' },
    { kind: 'request', message: /not its results/, retryable: false },
  ],
  ['are gone', { status: 410, body: 'Gone' }, { kind: 'request', message: /not its results/, retryable: false }],
  ['are refused', { status: 401, body: '{"error":{"type":"authentication_error"}}' }, { kind: 'authentication', retryable: false }],
  ['are a page', page, { kind: 'response', message: /A web page came/, retryable: false }],
  [
    'are an error',
    { body: '{"type":"error","error":{"type":"overloaded_error"}}' },
    { kind: 'server', message: /overloaded/, retryable: true },
  ],
  ['are cut', { body: `${result('a', 'succeeded')}\n${result('b', 'succeeded').slice(0, -9)}` }, { kind: 'response', retryable: true }],
])('it is told why no results come, where they %s', async (_name, reply, { message: says, ...error }: { message?: RegExp }) => {
  const { batches, asked } = await serverOf(reply);
  const failed = await failureOf(Array.fromAsync(batches.results('msgbatch_1', signal)));
  expect(failed).toMatchObject({ ...error, ...(says ? { message: expect.stringMatching(says) } : {}) });
  expect(asked()).toBe(1);
});

it('a line that is no result costs nobody theirs, and an end that nobody knows is that of its own call', async () => {
  const body = ['{garbage', result('a', 'succeeded'), '{"custom_id":5}', result('b', 'vanished'), result('c', 'expired'), ''].join('\n');
  const { batches } = await serverOf({ type: 'application/x-jsonl', body });
  const read = await Array.fromAsync(batches.results('msgbatch_1', signal));
  expect(read.map(({ customId, kind }) => [customId, kind])).toEqual([
    ['a', 'answered'],
    ['b', 'failed'],
    ['c', 'expired'],
  ]);
  const [, strange] = read;
  expect(strange?.kind === 'failed' && strange.errorFor(weatherRequest())).toMatchObject({
    kind: 'response',
    retryable: false,
    lost: true,
  });
});

it('a batch in a state that the API does not have is not waited for', async () => {
  const { batches } = await serverOf({ body: batch.body.replace('ended', 'completed') });
  expect(await failureOf(batches.state('msgbatch_1', signal))).toMatchObject({ message: expect.stringMatching(/a state that/) });
});

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { modelErrorOf } from './anthropic-error.ts';
import { sendWhole } from './send-whole.ts';

const closesIdle = new URL('testing/closes-idle.ts', import.meta.url);
const post = { method: 'POST', body: '{}' };

it('sends nothing into a connection that the server closed while this process was busy', { tags: ['slow'] }, async () => {
  const server = fork(closesIdle, { stdio: 'ignore' });
  onTestFinished(() => void server.kill());
  const [{ url }] = (await once(server, 'message')) as [{ url: string }];
  const send = await sendWhole({ longestMs: 10_000, longestBytes: 1000 });
  const slow = send(`${url}/slow`, post);
  await Promise.all([1, 2, 3].map(() => send(url, post)));
  // From within the part of the loop that reads answers: what came meanwhile is read in its next turn only.
  await slow;
  for (const until = performance.now() + 1200; performance.now() < until; );
  const answers = await Promise.all([1, 2, 3].map(() => send(url, post)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
});

it('uses no connection that was open when the machine slept, or the process was busy for long', async () => {
  let connections = 0;
  const server = createHttpServer((request, response) => void request.resume().on('end', () => response.end('{}')));
  server.on('connection', (socket) => {
    connections += 1;
    onTestFinished(() => void socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const send = await sendWhole({ longestMs: 10_000, longestBytes: 1000 });
  const ask = () => send(`http://127.0.0.1:${(server.address() as { port: number }).port}`, post);
  await ask();
  await ask();
  expect(connections).toBe(1);
  const later = Date.now() + 5000;
  vi.spyOn(Date, 'now').mockReturnValue(later);
  onTestFinished(() => void vi.restoreAllMocks());
  await ask();
  await ask();
  expect(connections).toBe(2);
});

it('tells a request that nobody can have received from one that may have been paid for', async () => {
  const call = { endpoint: 'http://127.0.0.1', credentials: [], model: 'm', maxTokens: 1, tools: [] };
  const failure = async (url: string) => {
    const send = await sendWhole({ longestMs: 10_000, longestBytes: 1000 });
    return modelErrorOf(await send(url, post).catch((error: unknown) => error), call);
  };
  const closing = createServer((socket) => void socket.on('error', () => undefined).once('data', () => socket.destroy()));
  closing.listen(0, '127.0.0.1');
  await once(closing, 'listening');
  onTestFinished(() => void closing.close());
  const host = `127.0.0.1:${(closing.address() as { port: number }).port}`;
  expect(await failure(`http://${host}`)).toMatchObject({ kind: 'connection', retryable: true, lost: true });
  // Cut within the handshake: there was nothing to write to yet.
  expect(await failure(`https://${host}`)).toMatchObject({ kind: 'connection', retryable: true, lost: false });
});

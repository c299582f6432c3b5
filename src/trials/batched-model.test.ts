import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../contracts/clock.ts';
import { batchedModel } from '../model/batches/batched-model.ts';
import type { Model, ModelAnswer } from '../model/model.ts';
import { RateLimiter } from '../model/rate-limiter.ts';
import { simulatedModel } from '../model/simulated.ts';
import { ApiError } from '../model/stand-in/api-error.ts';
import type { ReceivedRequest, ServeModelOptions } from '../model/stand-in/serve-model.ts';
import { converse } from '../model/testing/converse.ts';
import { failureOf, serveForTest, testKey } from '../model/testing/loopback.ts';
import { trialContext, weatherSimulator } from '../model/testing/weather-simulator.ts';
import { openTrialStore } from './open-trial-store.ts';
import type { TrialStore } from './trial-store.ts';

/** A clock whose pauses are short, so that nothing is waited for. */
const clock = {
  ...systemClock,
  pause: (milliseconds: number, signal: AbortSignal) => systemClock.pause(Math.min(milliseconds, 2), signal),
};

/** A server whose batches end at the second look, with what it was asked. */
async function serverOf(options: ServeModelOptions = {}, model: Model = simulatedModel(weatherSimulator)) {
  const received: ReceivedRequest[] = [];
  const served = await serveForTest({ ...options, onRequest: (request) => received.push(request) }, model);
  const count = (method: string, path: RegExp) => received.filter((request) => request.method === method && path.test(request.path)).length;
  return {
    ...served,
    received,
    sent: () => count('POST', /\/batches$/),
    sizes: () =>
      received
        .filter(({ method, path }) => method === 'POST' && path.endsWith('/batches'))
        .map(({ body }) => (JSON.parse(body) as { requests: object[] }).requests.length),
  };
}

function storeFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'batches-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'docket.db');
}

/** A process: a store of its own on the file, and the batched model on it. */
function processOn(url: string, path: string, key = testKey, aheadMs = 0) {
  const store: TrialStore = openTrialStore(path);
  onTestFinished(() => store.close());
  const notes: string[] = [];
  const model = batchedModel({
    environment: { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: url },
    limiter: new RateLimiter({ clock, pace: { initialRate: 2000, firstPauseMs: 1, longestPauseMs: 5 } }),
    ...{
      clock: { ...clock, date: () => new Date(Date.now() + aheadMs) },
      quietMs: 5,
      ledger: () => store.batches,
      note: (text: string) => notes.push(text),
    },
  });
  return { model, store, notes };
}

/** Runs the weather's tool loop as a trial of this number; its two calls are named as a runner names them. */
function trial(model: Model, number: number, signal = AbortSignal.timeout(60_000)): Promise<ModelAnswer[]> {
  let call = 0;
  const named: Model = {
    ...model,
    create: (request, context) => {
      call += 1;
      return model.create(request, { ...context, trial: { name: `trial ${number}`, call } });
    },
  };
  return converse(named, trialContext({ trialNumber: number, signal }));
}
const trials = (model: Model, count: number) => Promise.all(Array.from({ length: count }, (_, index) => trial(model, index + 1)));

describe('the tool loops of many trials', () => {
  it('run in rounds: one batch for the first calls of all, one for the second', async () => {
    const server = await serverOf();
    const { model, notes } = processOn(server.url, ':memory:');
    const ended = await trials(model, 20);
    expect(ended.map((answers) => answers.map(({ stop_reason: reason }) => reason))).toEqual(Array(20).fill(['tool_use', 'end_turn']));
    expect(server.sizes()).toEqual([20, 20]);
    expect(new Set(ended.flat().map(({ usage }) => usage.service_tier))).toEqual(new Set(['batch']));
    expect(notes.map((note) => note.replace(/msgbatch_\w+/, 'X').replace(/after .*:/, 'after …:'))).toEqual([
      'batch X: 20 requests sent. If this run is interrupted, the same command goes on with it.',
      'batch X has ended after …: 20 answered.',
      'batch X: 20 requests sent. If this run is interrupted, the same command goes on with it.',
      'batch X has ended after …: 20 answered.',
    ]);
  });

  it('mark only what a whole round shares for the prompt cache, and send no key into the body', async () => {
    const server = await serverOf();
    await trials(processOn(server.url, ':memory:').model, 2);
    const bodies = server.received.map(({ body }) => body).filter((body) => body.includes('custom_id'));
    expect(bodies.map((body) => body.split('cache_control').length - 1)).toEqual([2, 2]);
    expect(bodies.join('')).not.toContain(testKey);
    expect(JSON.parse(bodies[0] ?? '').requests[0].custom_id).toMatch(/^[0-9a-f]{48}-1$/);
  });

  it('take as long as they take: the wait is nobody`s deadline', async () => {
    const server = await serverOf();
    const { model } = processOn(server.url, ':memory:');
    let waits = 0;
    await converse(model, {
      ...trialContext(),
      waiting: (turn) => {
        waits += 1;
        return turn;
      },
    });
    expect(waits).toBe(2);
  });
});

describe('a process that ends', () => {
  const abortedAfter = async (run: Promise<unknown>) =>
    expect(
      await run.then(
        () => 'ran to its end',
        () => 'aborted',
      ),
    ).toBe('aborted');

  it('while its batch is under way leaves it to the next, on whatever machine: nothing is sent twice', async () => {
    const server = await serverOf({ batches: { looks: 3 } });
    const path = storeFile();
    const first = processOn(server.url, path);
    const controller = new AbortController();
    const run = Promise.all([1, 2, 3].map((number) => trial(first.model, number, controller.signal)));
    run.catch(() => {});
    while (server.sent() === 0 || first.notes.length === 0) await systemClock.pause(2, AbortSignal.timeout(5000));
    controller.abort(new Error('the machine is switched off'));
    await abortedAfter(run);
    await first.model.close?.();
    await first.store.close();

    const second = processOn(server.url, path);
    expect((await trials(second.model, 3)).map((answers) => answers.length)).toEqual([2, 2, 2]);
    expect(server.sizes()).toEqual([3, 3]);
  });

  it('between two rounds pays for none of the calls before it again', async () => {
    const server = await serverOf();
    const path = storeFile();
    const first = processOn(server.url, path);
    const answered = await first.model.create(...firstCall(1));
    await first.model.close?.();
    await first.store.close();
    const second = processOn(server.url, path);
    await expect(second.model.create(...firstCall(1))).resolves.toEqual(JSON.parse(JSON.stringify(answered)));
    expect(server.sizes()).toEqual([1]);
  });

  it('while a batch is being sent, or whose answer is lost: the batch is found at the server', async () => {
    let lost = false;
    const server = await serverOf({
      fault: () => (lost ? { kind: 'lost' } : undefined),
    });
    const before = processOn(server.url, ':memory:');
    await trials(before.model, 2);
    lost = true;
    const { model } = processOn(server.url, ':memory:');
    setTimeout(() => {
      lost = false;
    }, 50);
    expect(await trials(model, 3)).toHaveLength(3);
    // Somebody else's two rounds, and three calls twice: none of them a second time.
    expect(server.sizes().slice(2, 4)).toEqual([3, 3]);
    expect(server.sent()).toBe(4);
  });

  it('before anything was sent: the calls are sent by the next', async () => {
    const server = await serverOf();
    const path = storeFile();
    const { store } = processOn(server.url, path);
    await store.batches.begin({ endpoint: server.url, startedAt: new Date(0).toISOString(), requests: 1, after: null }, [await named(1)]);
    await store.close();
    const second = processOn(server.url, path);
    await second.model.create(...firstCall(1));
    expect(server.sizes()).toEqual([1]);
  });
});

/** The first call of a trial, as its runner makes it. */
function firstCall(number: number): Parameters<Model['create']> {
  let call: Parameters<Model['create']> | undefined;
  const catching: Model = {
    mode: 'live',
    create: (...given) => {
      call = given;
      throw new Error('caught');
    },
  };
  void trial(catching, number).catch(() => {});
  if (!call) throw new Error('no call was made');
  return call;
}

/** What the ledger calls the first call of a trial: it is sent to a server of its own, and read from the ledger. */
async function named(number: number) {
  const server = await serverOf();
  const { model, store } = processOn(server.url, ':memory:');
  const controller = new AbortController();
  const [request, context] = firstCall(number);
  const asked = model.create(request, { ...context, signal: controller.signal }).catch(() => {});
  while (server.sent() === 0) await systemClock.pause(1, AbortSignal.timeout(5000));
  const [call] = await store.batches.openCalls(1);
  controller.abort();
  await asked;
  if (!call) throw new Error('the call is not in the ledger');
  return call;
}

describe('a request of a batch', () => {
  const overloaded = { error: new ApiError(529, 'Overloaded') };

  it.each([
    ['fails in passing', overloaded, undefined],
    ['expires', 'expired' as const, undefined],
    ['is missing among the results', 'missing' as const, 1],
  ])('that %s is sent again, alone, and what may have been charged is told', async (_name, fault, lost) => {
    const server = await serverOf({ batches: { item: (batch, index) => (batch === 1 && index === 1 ? fault : undefined) } });
    const { model } = processOn(server.url, ':memory:');
    const answers = (await trials(model, 3)).flat();
    expect(answers.flatMap(({ _lost_tries: tries }) => tries ?? [])).toEqual(lost === undefined ? [] : [lost]);
    expect(server.sizes().reduce((sum, size) => sum + size, 0)).toBe(7);
  });

  it.each([
    ['fails each time', overloaded, { kind: 'server', retryable: false, message: /overloaded/ }, 3],
    ['expires each time', 'expired' as const, { kind: 'timeout', message: /expired before this call was answered/ }, 3],
    ['is missing each time', 'missing' as const, { kind: 'response', message: /ended without a word of this call/, lost: true }, 3],
    ['was cancelled', 'canceled' as const, { kind: 'server', retryable: false, message: /Somebody cancelled the batch/ }, 1],
    ['is refused', { error: new ApiError(400, 'prompt is too long') }, { kind: 'request', retryable: false, message: /too long/ }, 1],
    ['is not allowed', { error: new ApiError(401, 'no') }, { kind: 'authentication', message: /does not accept the key/ }, 1],
  ])('that %s ends as any call would, and the others are answered', async (_name, fault, { message, ...expected }, times) => {
    const server = await serverOf({ batches: { item: (_batch, _index, request) => (request.max_tokens === 7 ? fault : undefined) } });
    const { model } = processOn(server.url, ':memory:');
    const [request, context] = firstCall(1);
    const [error, other] = await Promise.all([
      failureOf(model.create({ ...request, max_tokens: 7 }, context)),
      model.create(...firstCall(2)),
    ]);
    expect(error).toMatchObject(expected);
    expect(error.message).toMatch(message);
    expect(other.stop_reason).toBe('tool_use');
    expect(server.sizes()).toHaveLength(times);
    // The next run asks anew.
    await failureOf(model.create({ ...request, max_tokens: 7 }, context));
    expect(server.sent()).toBeGreaterThan(times);
  });
});

describe('a batch', () => {
  it('that somebody cancels ends its calls, with what came before', async () => {
    const server = await serverOf({ batches: { looks: 1000 } });
    const { model, notes } = processOn(server.url, ':memory:');
    const asked = failureOf(model.create(...firstCall(1)));
    while (notes.length === 0) await systemClock.pause(2, AbortSignal.timeout(5000));
    const id = /msgbatch_\w+/.exec(notes[0] ?? '')?.[0] ?? '';
    await fetch(`${server.url}/v1/messages/batches/${id}/cancel`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(await asked).toMatchObject({ retryable: false, message: expect.stringMatching(/Somebody cancelled the batch/) });
  });

  it('that is too large is sent in parts', async () => {
    const server = await serverOf({ batches: { mostRequests: 3 } });
    const { model } = processOn(server.url, ':memory:');
    expect(await trials(model, 10)).toHaveLength(10);
    expect(Math.max(...server.sizes().slice(-4))).toBeLessThanOrEqual(3);
  });

  it('of which one request alone is too large is refused', async () => {
    const server = await serverOf({ batches: { mostRequests: 0 } });
    const error = await failureOf(processOn(server.url, ':memory:').model.create(...firstCall(1)));
    expect(error).toMatchObject({
      kind: 'request',
      retryable: false,
      message: expect.stringMatching(/larger than the model server accepts/),
    });
  });

  it('whose results come in another order, and some of them twice, counts each once', async () => {
    const expired = (line: string) => `${JSON.stringify({ ...(JSON.parse(line) as object), result: { type: 'expired' } })}\n`;
    const lines = (all: readonly string[]) => [...all.map(expired), ...all.toReversed(), ...all, ...all.map(expired)];
    const server = await serverOf({ batches: { lines } });
    const { model } = processOn(server.url, ':memory:');
    const answers = await trials(model, 3);
    expect(answers.map((each) => each.map(({ stop_reason: reason }) => reason))).toEqual(Array(3).fill(['tool_use', 'end_turn']));
    expect(server.sizes()).toEqual([3, 3]);
  });

  it('whose results are no longer there is sent again', async () => {
    const server = await serverOf({ batches: { looks: 2 } });
    const path = storeFile();
    const { model, notes, store } = processOn(server.url, path);
    const controller = new AbortController();
    const [request, context] = firstCall(1);
    const asked = model.create(request, { ...context, signal: controller.signal }).catch(() => {});
    while (notes.length === 0) await systemClock.pause(2, AbortSignal.timeout(5000));
    server.batches.archive(/msgbatch_\w+/.exec(notes[0] ?? '')?.[0] ?? '');
    controller.abort();
    await asked;
    await store.close();
    const second = processOn(server.url, path);
    await second.model.create(request, context);
    expect(second.notes[0]).toMatch(/its results are no longer there, so 1 request will be sent again/);
    expect(server.sizes()).toEqual([1, 1]);
  });

  it.each(['reset', 'truncated'] as const)('whose results break off (%s) is read again, and not sent', async (kind) => {
    let breaks = 2;
    const received: ReceivedRequest[] = [];
    const served = await serveForTest({
      onRequest: (request) => received.push(request),
      fault: () => {
        if (!received.at(-1)?.path.endsWith('/results') || breaks === 0) return undefined;
        breaks -= 1;
        return { kind };
      },
    });
    expect(await trials(processOn(served.url, ':memory:').model, 3)).toHaveLength(3);
    expect(breaks).toBe(0);
    expect(received.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  it('whose server is out of order for a while is waited for', async () => {
    let outage = 8;
    const received: ReceivedRequest[] = [];
    const served = await serveForTest({
      onRequest: (request) => received.push(request),
      fault: () => {
        if (received.at(-1)?.method !== 'GET' || received.length < 3 || outage === 0) return undefined;
        outage -= 1;
        return { kind: 'status', status: outage % 2 === 0 ? 503 : 529 };
      },
    });
    expect(await trials(processOn(served.url, ':memory:').model, 3)).toHaveLength(3);
    expect(received.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  it.each([
    ['answers something else', { kind: 'content-type', contentType: 'application/json', body: '{"ok":true}' } as const],
    ['does not know the address', { kind: 'status', status: 404 } as const],
    ['does not take it', { kind: 'status', status: 405 } as const],
  ])('of a server that has none says so: it %s', async (_name, fault) => {
    const server = await serveForTest({ fault: () => fault });
    const error = await failureOf(processOn(server.url, ':memory:').model.create(...firstCall(1)));
    expect(error).toMatchObject({
      retryable: false,
      message: expect.stringMatching(/does not answer as the Message Batches API does\. Leave --batch out/),
    });
  });

  it('is taken by a server that lists none', async () => {
    const received: ReceivedRequest[] = [];
    const served = await serveForTest({
      onRequest: (request) => received.push(request),
      fault: () =>
        received.at(-1)?.method === 'GET' && received.at(-1)?.path.endsWith('/batches') ? { kind: 'status', status: 404 } : undefined,
    });
    expect(await trials(processOn(served.url, ':memory:').model, 2)).toHaveLength(2);
  });

  it('that does not end in two days is told of, and waited for no longer; nothing is sent twice', async () => {
    const server = await serverOf({ batches: { looks: Number.POSITIVE_INFINITY } });
    const path = storeFile();
    const nobodyWaits = new AbortController();
    const first = trial(processOn(server.url, path).model, 1, nobodyWaits.signal);
    await expect.poll(server.sent).toBe(1);
    nobodyWaits.abort(new Error('interrupted'));
    await expect(first).rejects.toThrow('interrupted');
    const days = (count: number) => processOn(server.url, path, testKey, count * 24 * 3600 * 1000);
    const patient = new AbortController();
    const goesOn = trial(days(1.9).model, 1, patient.signal);
    const looks = () => server.received.filter(({ method, path }) => method === 'GET' && /batches\/\w+$/.test(path)).length;
    const before = looks();
    await expect.poll(looks).toBeGreaterThan(before + 5);
    patient.abort(new Error('looked at often enough'));
    await expect(goesOn).rejects.toThrow('looked at often enough');
    await expect(failureOf(trial(days(2.1).model, 1))).resolves.toMatchObject({
      retryable: false,
      message: expect.stringMatching(/should have ended within 24 hours.* Cancel it there/),
    });
    expect(server.sent()).toBe(1);
  });

  it('that its server does not know is neither sent again nor waited for', async () => {
    const server = await serverOf();
    const { model, store } = processOn(server.url, ':memory:');
    const [request, context] = firstCall(1);
    const after = { endpoint: server.url, startedAt: new Date(0).toISOString(), requests: 1, after: null };
    const { id } = await store.batches.begin(after, [await named(1)]);
    await store.batches.became(id, 'msgbatch_of_another_workspace');
    const error = await failureOf(model.create(request, context));
    expect(error).toMatchObject({
      retryable: false,
      message: expect.stringMatching(/does not know the batch msgbatch_of_another_workspace.*--fresh/),
    });
    expect(server.sent()).toBe(0);
  });

  it('is asked for with the key at its own server only, whatever address it names for the results', async () => {
    const server = await serverOf();
    await trials(processOn(server.url, ':memory:').model, 1);
    expect(server.received.map(({ path }) => path).filter((path) => path.endsWith('/results'))).toHaveLength(2);
  });
});

it('the answer that a trial failed over is asked for anew; of a trial that is stored nothing is kept', async () => {
  const server = await serverOf();
  const { model, store } = processOn(server.url, ':memory:');
  await model.create(...firstCall(1));
  expect(await model.ended?.('trial 1', 'failed')).toBe(true);
  await model.create(...firstCall(1));
  expect(server.sizes()).toEqual([1, 1]);
  await model.ended?.('trial 1', 'stored');
  expect(await store.batches.stateOf((await named(1)).call)).toEqual({ kind: 'new' });
});

import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { anthropicModel } from './anthropic.ts';
import type { ModelError } from './model-error.ts';
import { RateLimiter } from './rate-limiter.ts';
import type { Fault } from './stand-in/fault.ts';
import { clientOf, failureOf, serveForTest, testKey } from './testing/loopback.ts';
import { trialContext, weatherRequest } from './testing/weather-simulator.ts';

async function failureWith(fault: Fault): Promise<ModelError> {
  const served = await serveForTest({ fault: () => fault });
  const error = await failureOf(clientOf(served.url).create(weatherRequest(), trialContext()));
  expect(JSON.stringify([error.message, String(error.cause)])).not.toContain(testKey);
  return error;
}

describe('a failure of the server', () => {
  const mapped: readonly [string, Fault, { kind: ModelError['kind']; retryable: boolean; text: RegExp }][] = [
    ['400', { kind: 'status', status: 400 }, { kind: 'request', retryable: false, text: /refuses the request/ }],
    [
      '401',
      { kind: 'status', status: 401 },
      { kind: 'authentication', retryable: false, text: /does not accept the key.*authentication_error/ },
    ],
    ['402', { kind: 'status', status: 402 }, { kind: 'spend-limit', retryable: false, text: /spend limit/ }],
    ['403', { kind: 'status', status: 403 }, { kind: 'authentication', retryable: false, text: /may not use/ }],
    [
      'a page of a firewall',
      { kind: 'status', status: 403, headers: { 'content-type': 'text/html; charset=utf-8' } },
      { kind: 'authentication', retryable: false, text: /A web page came.*firewall.*http:\/\/127\.0\.0\.1.*HTTP 403/ },
    ],
    [
      'a page that wants a log-in',
      { kind: 'status', status: 401, headers: { 'content-type': 'text/html' } },
      { kind: 'authentication', retryable: false, text: /A web page came/ },
    ],
    [
      'a page of a proxy that knows no such request',
      { kind: 'status', status: 405, headers: { 'content-type': 'text/html' } },
      { kind: 'request', retryable: false, text: /A web page came/ },
    ],
    [
      'a page that says that it is too much',
      { kind: 'status', status: 413, headers: { 'content-type': 'text/html' } },
      { kind: 'request', retryable: false, text: /larger/ },
    ],
    ['404', { kind: 'status', status: 404 }, { kind: 'request', retryable: false, text: /model id/ }],
    ['408', { kind: 'status', status: 408 }, { kind: 'timeout', retryable: true, text: /gave up/ }],
    ['409', { kind: 'status', status: 409 }, { kind: 'server', retryable: true, text: /conflict/ }],
    ['413', { kind: 'status', status: 413 }, { kind: 'request', retryable: false, text: /larger/ }],
    ['429', { kind: 'status', status: 429 }, { kind: 'rate-limit', retryable: true, text: /rate limit/ }],
    [
      '429 with retry-after',
      { kind: 'status', status: 429, headers: { 'retry-after': '7' } },
      { kind: 'rate-limit', retryable: true, text: /rate_limit_error/ },
    ],
    [
      'a permanent spend limit',
      { kind: 'status', status: 429, errorCode: 'enforced_spend_limit_reached' },
      { kind: 'spend-limit', retryable: false, text: /enforced_spend_limit_reached/ },
    ],
    ['500', { kind: 'status', status: 500 }, { kind: 'server', retryable: true, text: /failed/ }],
    [
      '500 that will not pass',
      { kind: 'status', status: 500, headers: { 'x-should-retry': 'false' } },
      { kind: 'server', retryable: false, text: /failed/ },
    ],
    ['529', { kind: 'status', status: 529 }, { kind: 'server', retryable: true, text: /overloaded/ }],
    ['a cut connection', { kind: 'cut' }, { kind: 'connection', retryable: true, text: /failed or was dropped/ }],
    ['a reset in the middle of the body', { kind: 'reset' }, { kind: 'connection', retryable: true, text: /failed or was dropped/ }],
    ['truncated JSON', { kind: 'truncated' }, { kind: 'response', retryable: true, text: /not valid JSON/ }],
    [
      'a wrong content type',
      { kind: 'content-type', contentType: 'text/html', body: '<h1>\u001b[31mLog in</h1>' },
      { kind: 'response', retryable: false, text: /A web page came.*http:\/\/127\.0\.0\.1.*HTTP 200/ },
    ],
    [
      'another content type',
      { kind: 'content-type', contentType: 'text/plain', body: 'hello' },
      { kind: 'response', retryable: false, text: /text\/plain instead of application\/json/ },
    ],
    [
      'an answer of another API',
      { kind: 'answer', change: () => ({ object: 'chat.completion', choices: [{ message: { content: 'hello' } }] }) },
      { kind: 'response', retryable: false, text: /Chat Completions API/ },
    ],
    ['an empty object', { kind: 'answer', change: () => ({}) }, { kind: 'response', retryable: false, text: /shape/ }],
    ['null', { kind: 'answer', change: () => null }, { kind: 'response', retryable: false, text: /shape/ }],
    [
      'content that is no list',
      { kind: 'answer', change: (answer) => ({ ...answer, content: 7 }) },
      { kind: 'response', retryable: false, text: /content/ },
    ],
    [
      'an id of a megabyte',
      { kind: 'answer', change: (answer) => ({ ...answer, id: 'm'.repeat(1_000_000) }) },
      { kind: 'response', retryable: false, text: /id/ },
    ],
    [
      'a tool id of a megabyte',
      {
        kind: 'answer',
        change: (answer) => ({ ...answer, content: [{ type: 'tool_use', id: 't'.repeat(1_000_000), name: 'weather', input: {} }] }),
      },
      { kind: 'response', retryable: false, text: /content\.0/ },
    ],
  ];

  it.each(mapped)('%s is told in our own words', async (_name, fault, expected) => {
    const error = await failureWith(fault);
    expect({ kind: error.kind, retryable: error.retryable }).toEqual({ kind: expected.kind, retryable: expected.retryable });
    expect(error.message).toMatch(expected.text);
    expect(error.message).not.toContain('asked for');
    expect(error.message.length).toBeLessThan(400);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what steers a terminal must not be there
    expect(error.message).not.toMatch(/[\u0000-\u001f]/);
  });

  it('costs what nobody knows where something was said, in whatever shape', async () => {
    const lost = async (change: (answer: object) => unknown) => (await failureWith({ kind: 'answer', change } as Fault)).lost;
    expect(await lost(() => ({ choices: [{ message: { content: 'hello' } }] }))).toBe(true);
    expect(await lost((answer) => ({ data: answer }))).toBe(true);
    expect(await lost((answer) => ({ statusCode: 200, body: JSON.stringify(answer) }))).toBe(true);
    expect(await lost(() => ({ status: 'ok' }))).toBe(false);
    expect(await lost(() => [])).toBe(false);
  });

  it('is an answer that never ends: no more than 64 MB of it are read', async () => {
    const endless = createServer((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/json' });
      const blanks = Buffer.alloc(1024 * 1024, ' ');
      const write = () => {
        while (!response.destroyed && response.write(blanks));
      };
      response.on('drain', write);
      write();
    });
    await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void endless.close());
    const { port } = endless.address() as { port: number };
    const error = await failureOf(clientOf(`http://127.0.0.1:${port}`).create(weatherRequest(), trialContext()));
    expect(error).toMatchObject({ kind: 'response', retryable: false, message: expect.stringContaining('longer than 67108864 bytes') });
  });

  it('names the request id', async () => {
    const error = await failureWith({ kind: 'status', status: 500 });
    expect(error.message).toMatch(/HTTP 500, api_error, request req_standin_[0-9a-f]{32}/);
  });

  it('is a refused connection when nothing listens', async () => {
    const served = await serveForTest();
    await served.close();
    const error = await failureOf(clientOf(served.url).create(weatherRequest(), trialContext()));
    expect(error).toMatchObject({ kind: 'connection', retryable: true });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it.each(['stall', 'silence'] as const)('a %s is ended by the deadline', async (kind) => {
    const served = await serveForTest({ fault: () => ({ kind }) });
    const deadline = new AbortController();
    setTimeout(() => deadline.abort(new Error('the deadline')), 200);
    await expect(clientOf(served.url).create(weatherRequest(), trialContext({ signal: deadline.signal }))).rejects.toThrow('the deadline');
  });

  it('that passes is tried again', async () => {
    let sent = 0;
    const served = await serveForTest({
      fault: (number) => (number <= 2 ? { kind: 'status', status: 529 } : undefined),
      onRequest: () => {
        sent += 1;
      },
    });
    const limiter = new RateLimiter({ random: () => 0 });
    const model = anthropicModel({ environment: { ANTHROPIC_API_KEY: testKey, ANTHROPIC_BASE_URL: served.url }, limiter });
    await expect(model.create(weatherRequest(), trialContext())).resolves.toMatchObject({ stop_reason: 'tool_use' });
    expect(sent).toBe(3);
  });

  it('that is permanent is not tried again', async () => {
    let sent = 0;
    const served = await serveForTest({
      fault: () => ({ kind: 'status', status: 429, errorCode: 'contract_spend_limit_reached' }),
      onRequest: () => {
        sent += 1;
      },
    });
    const model = anthropicModel({
      environment: { ANTHROPIC_API_KEY: testKey, ANTHROPIC_BASE_URL: served.url },
      limiter: new RateLimiter(),
    });
    await expect(model.create(weatherRequest(), trialContext())).rejects.toMatchObject({ kind: 'spend-limit' });
    expect(sent).toBe(1);
  });

  it("can be read in the SDK's log, on standard error and without the key", async () => {
    vi.stubEnv('ANTHROPIC_LOG', 'debug');
    const out: string[] = [];
    const err: string[] = [];
    const outSpy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => out.push(String(chunk)) > 0);
    const errSpy = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => err.push(String(chunk)) > 0);
    try {
      await failureWith({ kind: 'status', status: 400 });
    } finally {
      outSpy.mockRestore();
      errSpy.mockRestore();
      vi.unstubAllEnvs();
    }
    expect(out).toEqual([]);
    expect(err.join('')).toContain('This failure was requested.');
    expect(err.join('')).not.toContain(testKey);
  });
});

describe('a server that gives the key back', () => {
  it('shows it in no log of the SDK, nor what a gateway is given in a header', async () => {
    const gatewayKey = 'pk-live-0123456789abcdefghij';
    vi.stubEnv('ANTHROPIC_LOG', 'debug');
    const err: string[] = [];
    const errSpy = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => err.push(String(chunk)) > 0);
    const server = createServer((request, response) => {
      request
        .resume()
        .on('end', () => response.writeHead(400, { 'x-echo': testKey }).end(JSON.stringify(error(`${testKey} ${gatewayKey}`))));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const environment = {
      ANTHROPIC_API_KEY: testKey,
      ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`,
      ANTHROPIC_CUSTOM_HEADERS: `x-portkey-api-key: ${gatewayKey}`,
    };
    try {
      await failureOf(anthropicModel({ environment }).create(weatherRequest(), trialContext()));
    } finally {
      errSpy.mockRestore();
      vi.unstubAllEnvs();
    }
    expect(err.join('')).toContain('x-portkey-api-key');
    for (const secret of [testKey, gatewayKey]) expect(err.join('')).not.toContain(secret);
  });

  /** Answers with what came as the key in every place that is read. */
  async function echoing(status: number, headers: (key: string) => Record<string, string>, body: (key: string) => unknown) {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(status, { 'content-type': 'application/json', 'request-id': testKey, ...headers(testKey) });
      response.end(JSON.stringify(body(testKey)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    return clientOf(`http://127.0.0.1:${port}`).create(weatherRequest(), trialContext());
  }
  const error = (key: string) => ({ type: 'error', error: { type: key, message: key }, request_id: key });

  it.each([
    ['an error', 401, () => ({})],
    ['a redirect, in small letters', 302, (key: string) => ({ location: `https://${key}.example.com/` })],
    ['a content type', 200, (key: string) => ({ 'content-type': `text/${key}` })],
  ])('in %s is not repeated', async (_name, status, headers) => {
    const { message } = await failureOf(echoing(status, headers, error));
    expect(message).toContain('[key removed]');
    expect(message.toLowerCase()).not.toContain(testKey.toLowerCase());
  });

  it('in an answer is not repeated either, however it is written', async () => {
    const answer = await echoing(
      200,
      () => ({}),
      (key) => ({
        ...{
          id: key,
          type: 'message',
          role: 'assistant',
          model: key,
          stop_reason: 'tool_use',
          usage: { input_tokens: 1, output_tokens: 1 },
        },
        content: [
          { type: 'text', text: `It is ${key.toUpperCase()}.` },
          { type: 'tool_use', id: key, name: 'weather', input: { [key]: key } },
        ],
      }),
    );
    expect(answer._request_id).toBe('[key removed]');
    expect(answer.content).toEqual([
      { type: 'text', text: 'It is [key removed].' },
      { type: 'tool_use', id: '[key removed]', name: 'weather', input: { '[key removed]': '[key removed]' } },
    ]);
    expect(JSON.stringify(answer).toLowerCase()).not.toContain(testKey);
  });
});

describe('a redirect', () => {
  it.each([301, 302, 307, 308])('with status %i is not followed: the other host never sees the key', async (status) => {
    const received: unknown[] = [];
    const other = createServer((request, response) => {
      received.push(request.headers);
      response.end('{}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const error = await failureWith({ kind: 'redirect', status, location: `http://localhost:${port}/v1/messages` });
    other.close();
    expect(received).toEqual([]);
    expect(error).toMatchObject({ kind: 'response', retryable: false });
    expect(error.message).toContain(`redirects to localhost:${port}`);
  });
});

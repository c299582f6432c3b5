import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { chargesOfCall } from '../contracts/charged.ts';
import { systemClock } from '../contracts/clock.ts';
import { anthropicModel } from './anthropic.ts';
import { PriceBook } from './price-book.ts';
import { RateLimiter } from './rate-limiter.ts';
import { sendWhole } from './send-whole.ts';
import { failureOf, testKey } from './testing/loopback.ts';
import { trialContext, weatherRequest } from './testing/weather-simulator.ts';
import { usageOf } from './usage.ts';

interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const right: Reply = {
  body: {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-6', stop_reason: 'end_turn' },
    content: [{ type: 'text', text: '{"warmer":"Paris"}' }],
    usage: { input_tokens: 1, output_tokens: 1 },
  },
};
const errorBody = (type: string, message: string) => ({ type: 'error', error: { type, message } });

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  server.on('connection', (socket) => onTestFinished(() => void socket.destroy()));
  return `127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** A loopback server that gives its replies in order, the last one for ever, and keeps the headers of what it was asked. */
async function serverOf(...replies: readonly Reply[]) {
  const received: IncomingHttpHeaders[] = [];
  const host = await listening(
    createServer((request, response) => {
      const { status = 200, headers = {}, body } = replies[Math.min(received.length, replies.length - 1)] ?? right;
      received.push(request.headers);
      request.resume();
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(typeof body === 'string' ? body : JSON.stringify(body));
    }),
  );
  return { host, url: `http://${host}`, received };
}

function modelAt(url: string, more: Record<string, string> = { ANTHROPIC_API_KEY: testKey }, warn?: (message: string) => void) {
  const environment = { ANTHROPIC_BASE_URL: url, ...more };
  // A call that is tried again need not wait here.
  const clock = { ...systemClock, pause: (ms: number, signal: AbortSignal) => systemClock.pause(Math.min(ms, 1), signal) };
  return anthropicModel({ environment, limiter: new RateLimiter({ random: () => 0, clock }), ...(warn ? { warn } : {}) });
}

describe('an error that comes with HTTP 200', () => {
  it.each([
    ['an overloaded server', errorBody('overloaded_error', 'Overloaded')],
    ['a passing rate limit', errorBody('rate_limit_error', 'slow down')],
    ['the status of a gateway', { error: { code: 503, message: 'no provider is available' } }],
    ['a status in text', { error: { code: '429', message: 'slow' } }],
    ['a word that nobody knows', { error: 'it broke' }],
    ['a list with one error', [{ error: { status: 'UNAVAILABLE', message: 'overloaded' } }]],
    ['a word of another vendor', { error: { status: 'RESOURCE_EXHAUSTED', message: 'quota' } }],
    ['a gateway that waits no longer', { message: 'Endpoint request timed out' }],
    ['a gateway whose quota is used up for now', { message: 'Limit Exceeded' }],
    ['words of a proxy', 'upstream connect error or disconnect/reset before headers'],
    ['a page of a proxy', '<html><head><title>502 Bad Gateway</title></head></html>'],
    ['an error of AWS', { __type: 'com.amazon.coral#ThrottlingException', message: 'Rate exceeded' }],
    ['nothing', ''],
    ['a text that is nothing', '""'],
  ])('is tried again where it may pass: %s', async (_name, body) => {
    const served = await serverOf({ body, headers: { 'retry-after-ms': '1' } }, right);
    await expect(modelAt(served.url).create(weatherRequest(), trialContext())).resolves.toMatchObject({ stop_reason: 'end_turn' });
    expect(served.received).toHaveLength(2);
  });

  it.each([
    ['a refused key', errorBody('authentication_error', 'invalid key'), { kind: 'authentication', message: /does not accept the key/ }],
    ['no credit', { error: { message: 'Insufficient credits', code: 402 } }, { kind: 'spend-limit', message: /no credit left/ }],
    ['an unknown model, in a text', { error: 'model "x" not found' }, { kind: 'request', message: /does not know the model/ }],
    ['an unknown model', errorBody('not_found_error', 'model: x'), { kind: 'request', message: /does not know the model/ }],
    ['a long prompt', errorBody('invalid_request_error', 'prompt is too long'), { kind: 'request', message: /too long/ }],
    ['a detail', { detail: 'Not authenticated' }, { kind: 'authentication', message: /accept the key.*HTTP 200 that tells the error 401/ }],
    [
      'a list of details',
      { detail: [{ loc: ['body', 'output_config'], msg: 'extra fields not permitted', type: 'value_error.extra' }] },
      { kind: 'request', message: /decideBy/ },
    ],
    ['a detail that nobody knows', { detail: 'Nope' }, { kind: 'request', message: /refuses the request/ }],
    ['a message', { message: 'Forbidden' }, { kind: 'authentication', message: /may not use/ }],
    [
      'a message of a route',
      { message: 'no Route matched with those values', request_id: '1' },
      { kind: 'request', message: /no Messages API/ },
    ],
    ['a message with a status', { statusCode: 403, message: 'nope' }, { kind: 'authentication', message: /may not use/ }],
    [
      'a list of errors',
      { success: false, errors: [{ code: 10000, message: 'Authentication error' }] },
      { kind: 'authentication', message: /does not accept/ },
    ],
    [
      'a fault',
      { fault: { faultstring: 'Invalid ApiKey', detail: { errorcode: 'oauth.v2.InvalidApiKey' } } },
      { kind: 'authentication', message: /does not accept/ },
    ],
    ['a problem', { type: 'about:blank', title: 'Unauthorized', status: 401 }, { kind: 'authentication', message: /does not accept/ }],
    ['plain words', 'Forbidden', { kind: 'authentication', message: /may not use/ }],
    ['plain words in quotes', '"Invalid API key"', { kind: 'authentication', message: /does not accept/ }],
    ['a page that wants a log-in', '<!doctype html><title>Sign in</title>', { kind: 'response', message: /A web page came/ }],
    ['a greeting', { message: 'Welcome to the gateway' }, { kind: 'response', message: /does not have the shape/ }],
    ['no credit, in a message', { message: 'Insufficient credits' }, { kind: 'spend-limit', message: /no credit left/ }],
  ])('ends at once where it will not: %s', async (_name, body, { kind, message }) => {
    const served = await serverOf({ body });
    const error = await failureOf(modelAt(served.url).create(weatherRequest(), trialContext()));
    expect(error).toMatchObject({ kind, retryable: false, message: expect.stringMatching(message) });
    expect(served.received).toHaveLength(1);
  });
});

it.each([
  ['no content type', {}, JSON.stringify(right.body)],
  ['that of text', { 'content-type': 'text/plain' }, JSON.stringify(right.body)],
  ['that of JSON of another kind', { 'content-type': 'application/vnd.api+json' }, `\n ${JSON.stringify(right.body)}`],
])('an answer is read under whatever content type: %s', async (_name, headers, body) => {
  const host = await listening(
    createServer((request, response) => void request.resume().on('end', () => response.writeHead(200, headers).end(body))),
  );
  await expect(modelAt(`http://${host}`).create(weatherRequest(), trialContext())).resolves.toMatchObject({ stop_reason: 'end_turn' });
});

it.each([
  ['nothing', ''],
  ['what is no JSON', 'hello'],
  ['half an answer that names an error', '{"content":[{"type":"text","text":"the login was forbidden'],
])('three times %s is enough: the trial is not tried again, and its price is not known', async (_name, body) => {
  const served = await serverOf({ body });
  const error = await failureOf(modelAt(served.url).create(weatherRequest(), trialContext()));
  expect(error).toMatchObject({ kind: 'response', retryable: false, lost: true });
  expect(served.received).toHaveLength(3);
});

describe('an answer that does not say what it used', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['half of it', { input_tokens: 12 }],
    ['a text', { input_tokens: '12', output_tokens: '3' }],
    ['the names of another vendor', { prompt_tokens: 12, completion_tokens: 3 }],
    ['more than any call can have', { input_tokens: 1e308, output_tokens: 1 }],
    ['no prompt', { input_tokens: 0, output_tokens: 40 }],
  ])('is an answer, whose price is not known: %s', async (_name, usage) => {
    const served = await serverOf({ body: { ...(right.body as object), usage } });
    const answer = await modelAt(served.url).create(weatherRequest(), trialContext());
    expect(answer.stop_reason).toBe('end_turn');
    expect(new PriceBook().dollarsOfAnswer(answer)).toBeUndefined();
    expect(new PriceBook().dollarsOfCharges(chargesOfCall({ model: answer.model, usage: usageOf(answer) }))).toBeUndefined();
  });
});

it('an answer is read that lacks what nobody needs, or says its text without a block; who does not tell its model has no price', async () => {
  const { id: _id, type: _type, role: _role, model: _model, ...rest } = right.body as Record<string, unknown>;
  const served = await serverOf({ body: { ...rest, content: '{"warmer":"Paris"}' } });
  const answer = await modelAt(served.url).create(weatherRequest(), trialContext());
  expect(answer).toMatchObject({ model: 'not-told', content: [{ type: 'text', text: '{"warmer":"Paris"}' }] });
  expect(new PriceBook().dollarsOfAnswer(answer)).toBeUndefined();
});

it.each([
  [
    'a stream of another API',
    200,
    'data: {"object":"chat.completion.chunk","choices":[]}\n\ndata: [DONE]\n\n',
    { kind: 'response', message: /Chat Completions API/ },
  ],
  ['a number that is no status', 999, 'Request denied', { kind: 'server', message: /HTTP 599/ }],
])('is told as what it is: %s', async (_name, status, body, { kind, message }) => {
  const served = await serverOf({ status, body });
  expect(await failureOf(modelAt(served.url).create(weatherRequest(), trialContext()))).toMatchObject({
    kind,
    message: expect.stringMatching(message),
  });
});

it('an error beside an answer is the error, and what was said is paid for', async () => {
  const error = { type: 'overloaded_error', message: 'Overloaded' };
  for (const content of [[], [{ type: 'text', text: '{"warm' }]]) {
    const served = await serverOf({ body: { ...(right.body as object), content, error } }, right);
    const answer = await modelAt(served.url).create(weatherRequest(), trialContext());
    expect(answer).toMatchObject({ content: [{ text: '{"warmer":"Paris"}' }], _lost_tries: 1 });
  }
});

it('reads a block that does not say what it is by its text', async () => {
  const served = await serverOf({ body: { ...(right.body as object), content: [{ text: '{"warmer":"Paris"}' }] } });
  await expect(modelAt(served.url).create(weatherRequest(), trialContext())).resolves.toMatchObject({
    content: [{ type: 'text', text: '{"warmer":"Paris"}' }],
  });
});

describe('a tool call that lacks a part', () => {
  it.each([
    ['an id', { id: null, name: 'weather', input: {} }, { id: '', input: {} }],
    ['an input', { id: 'toolu_1', name: 'weather' }, { id: 'toolu_1', input: null }],
    ['a name', { id: 'toolu_1', input: {} }, { id: 'toolu_1', name: '' }],
    ['a name that is null', { id: 'toolu_1', name: null, input: {} }, { id: 'toolu_1', name: '' }],
  ])('is read as a call, whose fault the tool names: %s', async (_name, call, read) => {
    const body = { ...(right.body as object), stop_reason: 'tool_use', content: [{ type: 'tool_use', ...call }] };
    const served = await serverOf({ body });
    await expect(modelAt(served.url).create(weatherRequest(), trialContext())).resolves.toMatchObject({ content: [read] });
    expect(served.received).toHaveLength(1);
  });
});

describe('who calls', () => {
  it.each<[string, Record<string, string>, IncomingHttpHeaders]>([
    ['a token', { ANTHROPIC_AUTH_TOKEN: 'gateway-token-0123456789' }, { authorization: 'Bearer gateway-token-0123456789' }],
    ['a key before a token', { ANTHROPIC_API_KEY: testKey, ANTHROPIC_AUTH_TOKEN: 'other' }, { authorization: `Bearer ${testKey}` }],
    ['headers alone', { ANTHROPIC_CUSTOM_HEADERS: 'x-api-key: abc\n\n x-team : credit ' }, { 'x-api-key': 'abc', 'x-team': 'credit' }],
    ['a token in a header', { ANTHROPIC_CUSTOM_HEADERS: 'Authorization: Basic abc' }, { authorization: 'Basic abc' }],
    [
      'a key with headers',
      { ANTHROPIC_API_KEY: testKey, ANTHROPIC_CUSTOM_HEADERS: 'x-team: credit' },
      { authorization: `Bearer ${testKey}`, 'x-team': 'credit' },
    ],
  ])('is told by %s', async (_name, variables, headers) => {
    const served = await serverOf(right);
    await modelAt(served.url, variables).create(weatherRequest(), trialContext());
    expect(served.received[0]).toMatchObject(headers);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['the key', { ANTHROPIC_API_KEY: testKey }, /does not accept the key\. Check ANTHROPIC_API_KEY \(HTTP 401/],
    ['the token', { ANTHROPIC_AUTH_TOKEN: 'gateway-token' }, /does not accept the token\. Check ANTHROPIC_AUTH_TOKEN \(/],
    ['the headers', { ANTHROPIC_CUSTOM_HEADERS: 'x-a: b' }, /Check ANTHROPIC_CUSTOM_HEADERS \(/],
    ['nothing', {}, /wants a key, and none was sent\. Set ANTHROPIC_API_KEY/],
  ])('is named where it is refused: %s', async (_name, variables, message) => {
    const served = await serverOf({ status: 401, body: errorBody('authentication_error', 'no') });
    expect((await failureOf(modelAt(served.url, variables).create(weatherRequest(), trialContext()))).message).toMatch(message);
  });
});

it('says once that a model is deprecated, and not at every call', async () => {
  const served = await serverOf(right);
  const told: string[] = [];
  const model = modelAt(served.url, {}, (message) => told.push(message));
  for (let call = 0; call < 3; call += 1) await model.create(weatherRequest({ model: 'claude-sonnet-4-5' }), trialContext());
  expect(told).toEqual([
    'the model claude-sonnet-4-5 is deprecated and ends on November 30th, 2026. Put another one on trial before that.',
  ]);
});

describe('a proxy', () => {
  /** Connects whoever asks to one server, whatever name they ask for. */
  async function proxyTo(host: string, answer = 'HTTP/1.1 200 Connection Established') {
    const asked: string[] = [];
    const tokens: (string | undefined)[] = [];
    const proxy = createServer((_request, response) => response.writeHead(500).end());
    proxy.on('connect', ({ url = '', headers }, socket: Socket) => {
      asked.push(url);
      tokens.push(headers['proxy-authorization']);
      onTestFinished(() => void socket.destroy());
      if (!answer.includes(' 200 ')) return void socket.end(answer && `${answer}\r\n\r\n`);
      const [name, port] = host.split(':');
      const server = connect(Number(port), name, () => {
        socket.write(`${answer}\r\n\r\n`);
        server.pipe(socket).pipe(server);
      });
      server.on('error', () => socket.destroy());
      socket.on('error', () => server.destroy());
      onTestFinished(() => void server.destroy());
    });
    return { url: `http://${await listening(proxy)}`, asked, tokens };
  }
  const origin = 'http://models.corp.invalid';
  const allowed = { ANTHROPIC_API_KEY: testKey, DOCKET_PLAIN_HTTP_ORIGIN: origin };

  it('is used for a server that it alone can find', async () => {
    const served = await serverOf(right);
    const proxy = await proxyTo(served.host);
    await expect(modelAt(origin, { ...allowed, HTTP_PROXY: proxy.url }).create(weatherRequest(), trialContext())).resolves.toMatchObject({
      stop_reason: 'end_turn',
    });
    expect(proxy.asked).toEqual(['models.corp.invalid:80']);
    expect(served.received[0]?.authorization).toBe(`Bearer ${testKey}`);
  });

  it('is not used for this machine', async () => {
    const served = await serverOf(right);
    await modelAt(served.url, { HTTP_PROXY: 'http://127.0.0.1:1' }).create(weatherRequest(), trialContext());
    expect(served.received).toHaveLength(1);
  });

  it.each([
    ['closes the connection', '', /The proxy 127\.0\.0\.1:\d+ that HTTP_PROXY names closes the connection instead of answering/, true],
    ['is none', 'SSH-2.0-OpenSSH_9.6', /What answers as the proxy .* is an SSH server\. .*NO_PROXY/, false],
    ['takes https alone', '\u0015\u0003\u0003', /What answers as the proxy .* is none, or is spoken to by https:/, false],
  ])('that %s is asked once a try', async (_what, answer, says, retryable) => {
    const proxy = await proxyTo('', answer);
    const failed = await failureOf(modelAt(origin, { ...allowed, HTTP_PROXY: proxy.url }).create(weatherRequest(), trialContext()));
    expect(failed.message).toMatch(says);
    expect(failed).toMatchObject({ kind: 'connection', retryable, lost: false });
    expect(proxy.asked).toHaveLength(retryable ? 3 : 1);
  });

  it('is told the name and the password of its address, and nobody else is', async () => {
    const served = await serverOf(right);
    const proxy = await proxyTo(served.host);
    const url = proxy.url.replace('//', '//us%65r:100%pass-word@');
    await modelAt(origin, { ...allowed, HTTP_PROXY: url }).create(weatherRequest(), trialContext());
    expect(proxy.tokens.map((token = '') => Buffer.from(token.slice('Basic '.length), 'base64').toString())).toEqual([
      'user:100%pass-word',
    ]);
    expect(JSON.stringify(served.received)).not.toContain('pass-word');
    const closed = await proxyTo('', 'HTTP/1.1 407 Proxy Authentication Required');
    const wrong = await failureOf(
      modelAt(origin, { ...allowed, HTTP_PROXY: closed.url.replace('//', '//user@') }).create(weatherRequest(), trialContext()),
    );
    expect(closed.tokens).toEqual([`Basic ${Buffer.from('user:').toString('base64')}`]);
    expect(wrong.message).toMatch(/\(HTTP 407\)\. It does not take the name and the password in HTTP_PROXY/);
  });

  it('that refuses, or is not there, is named', async () => {
    const proxy = await proxyTo('', 'HTTP/1.1 407 Proxy Authentication Required');
    const refused = await failureOf(modelAt(origin, { ...allowed, http_proxy: proxy.url }).create(weatherRequest(), trialContext()));
    expect(refused.message).toMatch(/The proxy 127\.0\.0\.1:\d+ does not connect to models\.corp\.invalid \(HTTP 407\)\. It wants a name/);
    const environment = { ANTHROPIC_BASE_URL: origin, ...allowed, HTTP_PROXY: 'http://127.0.0.1:1' };
    const gone = anthropicModel({ environment, limiter: new RateLimiter({ maxRetries: 0 }) });
    expect((await failureOf(gone.create(weatherRequest(), trialContext()))).message).toMatch(
      /The proxy 127\.0\.0\.1:1 that HTTP_PROXY names cannot be reached \(ECONNREFUSED\).*NO_PROXY/,
    );
  });
});

it('waits for an answer as long as it is told to, and not as long as fetch does by itself', async () => {
  const host = await listening(createServer((request) => void request.resume()));
  const impatient = await sendWhole({ longestMs: 1, longestBytes: 1 });
  await expect(impatient(`http://${host}`)).rejects.toMatchObject({ cause: { code: 'UND_ERR_HEADERS_TIMEOUT' } });
});

it.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
  ['zstd', zstdCompressSync],
  ['GZIP', gzipSync],
  ['without-a-word', gzipSync],
] as const)('reads what a gateway compresses by %s, and no more of it than it may be long', async (encoding, compress) => {
  const host = await listening(
    createServer((request, response) => {
      request.resume();
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding })
        .end(compress(JSON.stringify(right.body)));
    }),
  );
  await expect(modelAt(`http://${host}`).create(weatherRequest(), trialContext())).resolves.toMatchObject({ stop_reason: 'end_turn' });
  const small = await sendWhole({ longestMs: 10_000, longestBytes: 150 });
  await expect(small(`http://${host}`)).rejects.toThrow('longer than 150 bytes');
});

it.each([
  ['no list of blocks', null, []],
  ['a text that is null', [{ type: 'text', text: null }], [{ type: 'text', text: '' }]],
  ['a block that is null', [null, { type: 'text', text: 'a' }], [{ type: 'text', text: 'a' }]],
])('takes %s for nothing said', async (_name, content, read) => {
  const served = await serverOf({ body: { ...(right.body as object), content } });
  await expect(modelAt(served.url).create(weatherRequest(), trialContext())).resolves.toMatchObject({ content: read });
});

it('reads an answer behind early hints, with a mark of byte order and with headers that come twice', async () => {
  const host = await listening(
    createServer((request, response) => {
      request.resume();
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response
        .writeHead(200, { 'content-type': 'application/json', 'request-id': 'req_1', via: ['one', 'other'] })
        .end(`\uFEFF${JSON.stringify(right.body)}`);
    }),
  );
  await expect(modelAt(`http://${host}`).create(weatherRequest(), trialContext())).resolves.toMatchObject({ _request_id: 'req_1' });
  const send = await sendWhole({ longestMs: 10_000, longestBytes: 10_000 });
  const { headers } = await send(`http://${host}`);
  expect([headers.get('Via'), headers.get('x-none'), [...headers].filter(([name]) => name === 'via')]).toEqual([
    'one, other',
    null,
    [
      ['via', 'one'],
      ['via', 'other'],
    ],
  ]);
});

it('an abort ends a call before its answer has begun, in the middle of it, and while it has no connection', async () => {
  const sockets: Socket[] = [];
  const server = createServer((request, response) => {
    request.resume();
    if (request.url === '/begun') response.writeHead(200, { 'content-type': 'application/json' }).write('{');
  });
  const host = await listening(server.on('connection', (socket) => sockets.push(socket)));
  const send = await sendWhole({ longestMs: 10_000, longestBytes: 10_000 });
  for (const path of ['silent', 'begun']) {
    const control = new AbortController();
    const answer = send(`http://${host}/${path}`, { signal: control.signal });
    await new Promise((resolve) => server.once('request', () => setTimeout(resolve, 5)));
    control.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
  }
  await expect(send(`http://${host}`, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
  await expect.poll(() => sockets.slice(0, 2).every(({ destroyed }) => destroyed)).toBe(true);
});

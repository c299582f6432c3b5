import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeRequest } from '../../traces/otlp/decode-request.ts';
import { pagesOf, secrets, testKeys } from '../../traces/testing/vendor-answers.ts';
import { serveVendor } from '../../traces/testing/vendor-server.ts';
import { fixtureProject } from '../testing/fixture-project.ts';
import { runHere } from '../testing/run-here.ts';

const project = fixtureProject();
const { directory } = project;
afterAll(() => project[Symbol.dispose]());

const exported = fileURLToPath(new URL('../../traces/fixtures/pydantic-ai-tools-2025-12-04.trace.json', import.meta.url));
const scored = fileURLToPath(new URL('../../traces/fixtures/claude-agent-2025-12-22.trace.json', import.meta.url));
const corrected = fileURLToPath(new URL('../../traces/fixtures/pydantic-ai-2025-06-06.trace.json', import.meta.url));
const tree = fileURLToPath(new URL('../../traces/fixtures/braintrust-span-tree.json', import.meta.url));

describe('docket traces import --from', () => {
  it('reads a file that Langfuse exported, and shows the trace', async () => {
    const first = await runHere(['traces', 'import', '--from', 'langfuse', exported], { directory });
    expect(first).toMatchObject({ code: 0, stdout: 'Langfuse: 12 new spans, 0 known.\n' });
    const again = await runHere(['traces', 'import', '--from', 'langfuse', exported, '--json'], { directory });
    expect(JSON.parse(again.stdout)).toEqual({
      kind: 'imported-traces',
      schemaVersion: 1,
      source: 'langfuse',
      added: 0,
      known: 12,
      unread: [],
    });
    const shown = await runHere(['traces', 'show', '7a38edd8'], { directory });
    expect(shown.stdout).toContain('get_pun_suggestion');
    expect(shown.stdout).toContain('several-runs: There are other runs beside the first one: joke_agent, evaluator_agent.');
  });

  it('keeps the scores, corrections and tags of an exported trace, and shows and finds them', async () => {
    for (const file of [scored, corrected]) await runHere(['traces', 'import', '--from', 'langfuse', file], { directory });
    const shown = await runHere(['traces', 'show', '097f1d89'], { directory });
    expect(shown.stdout).toContain(' ~ correctness 0 (EVAL) The generation does not provide any factual information');
    expect(shown.stdout).toContain(' ~ hallucination 1 (EVAL)');
    const { trace } = JSON.parse((await runHere(['traces', 'show', '25f4bdee', '--json'], { directory })).stdout);
    expect(trace.evaluations).toMatchObject([{ name: 'output', value: null, label: 'correction', source: 'ANNOTATION' }]);
    for (const words of ['unverifiable fabricated', 'session_abc', 'user_123', 'pydantic-ai dev'])
      expect(JSON.parse((await runHere(['traces', 'ls', '--text', words, '--json'], { directory })).stdout).traces, words).toHaveLength(1);
  });

  it('names a score that belongs to no span of the file', async () => {
    const { trace, observations } = JSON.parse(readFileSync(scored, 'utf8'));
    trace.scores[0].observationId = 'elsewhere';
    writeFileSync(join(directory, 'moved.json'), JSON.stringify({ trace, observations }));
    const { code, stderr } = await runHere(['traces', 'import', '--from', 'langfuse', 'moved.json'], { directory });
    expect([code, stderr]).toEqual([1, expect.stringContaining('1× the score belongs to no span in the file (38b67864')]);
  });

  it('names what a span tree does not have', async () => {
    const { code, stderr } = await runHere(['traces', 'import', '--from', 'braintrust', tree], { directory });
    expect(stderr).toContain('46× the span has no time');
    expect(code).toBe(0);
  });

  it('asks the system itself with keys from .env, and goes on from there the next time', async () => {
    using own = fixtureProject();
    writeFileSync(
      join(own.directory, '.env'),
      Object.entries(testKeys)
        .map(([name, value]) => `${name}=${value}`)
        .join('\n'),
    );
    const server = await serveVendor(pagesOf('braintrust', 1));
    const words = ['traces', 'import', '--from', 'braintrust', '--base-url', server.url, '--json'];
    const first = await runHere(words, own);
    expect(JSON.parse(first.stdout)).toMatchObject({ added: 2, known: 0, resumed: false });
    expect(JSON.parse(server.seen[0]?.body.toString() ?? '').query).toContain("project_logs('loans')");
    const second = JSON.parse((await runHere(words, own)).stdout) as { since: number; until: number };
    expect(second.until - second.since).toBeLessThan(20 * 60_000);
    for (const secret of secrets) expect(first.stdout + first.stderr).not.toContain(secret);
  });

  it('prints nothing that a terminal obeys, whatever the system calls its records', async () => {
    const server = await serveVendor(() => ({ body: { data: [{ id: '\u001B[2Jx\u202E', attributes: {} }] } }));
    const words = ['traces', 'import', '--from', 'datadog', '--base-url', server.url];
    const { code, stdout, stderr } = await runHere(words, { directory, environment: testKeys });
    expect(code).toBe(1);
    expect(stderr).toContain('1× the span has no trace id or no span id');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
    expect(stdout + stderr).not.toMatch(/[\u001B\u202E]/);
  });

  it.each([
    [[], 'say what to import'],
    [['--since', '7d', 'spans.jsonl'], '--since goes with --from only'],
    [['--allow-http', 'spans.jsonl'], '--allow-http goes with --from only'],
    [['--from', 'phoenix'], 'Allowed choices are'],
    [['--from', 'logfire'], 'LOGFIRE_READ_TOKEN, and it is not set'],
    [['--from', 'datadog', 'file.json'], 'Files exported from Datadog cannot be read'],
    [['--from', 'langfuse', 'missing.json'], 'cannot be read (ENOENT)'],
    [['--from', 'langfuse', tree], 'Expected a trace exported from Langfuse'],
  ])('says what is wrong with %j', async (words, message) => {
    const { code, stderr } = await runHere(['traces', 'import', ...words], { directory });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it('does not send a key over an open network', async () => {
    const words = ['traces', 'import', '--from', 'logfire', '--base-url', 'http://traces.example.com'];
    const { code, stderr } = await runHere(words, { directory, environment: testKeys });
    expect(stderr).toContain('would cross the network unencrypted');
    expect(code).toBe(2);
  });
});

describe('docket traces send', () => {
  it('sends what is stored, and says how much', async () => {
    await runHere(['traces', 'import', '--from', 'langfuse', exported], { directory });
    const server = await serveVendor(() => ({ body: {} }));
    const words = ['traces', 'send', '--to', 'langfuse', '--agent', 'joke_agent', '--base-url', server.url];
    const { code, stdout } = await runHere(words, { directory, environment: testKeys });
    expect(stdout).toContain('1 trace with 12 spans sent to Langfuse');
    expect(code).toBe(0);
    expect(server.seen[0]?.path).toBe('/api/public/otel/v1/traces');
  });

  it.each([
    ['a', 'Bad API key "[key removed]" at data: ask an admin'],
    ['ad', 'Bad API key "[key removed]" at data: ask an admin'],
    ['abc+', 'Bad API key "[key removed]" at data: ask an admin'],
  ])('leaves the words of a refusal readable where the key is as short as %s', async (key, says) => {
    const server = await serveVendor(() => ({ status: 401, body: { message: `Bad API key "${key}" at data: ask an admin` } }));
    const words = ['traces', 'send', '--to', 'datadog', '--check', '--base-url', server.url];
    const { stderr } = await runHere(words, { directory, environment: { DD_API_KEY: key } });
    expect(stderr.replaceAll('\\"', '"').replaceAll(/\s+/g, ' ')).toContain(says);
  });

  it('only asks whether it would be taken with --check, and shows no key', async () => {
    const server = await serveVendor((_, before) => (before === 0 ? { body: {} } : { status: before === 1 ? 401 : 503 }));
    const words = ['traces', 'send', '--to', 'datadog', '--check', '--base-url', server.url];
    const check = () => runHere(words, { directory, environment: testKeys });
    const { host } = new URL(server.url);
    expect(await check()).toMatchObject({ code: 0, stdout: `Datadog accepts spans at ${host}. Nothing was sent.\n` });
    expect(server.seen[0]).toMatchObject({ path: '/v1/traces', headers: { 'dd-api-key': testKeys.DD_API_KEY } });
    expect(decodeRequest(server.seen[0]?.body ?? Buffer.of(), 'protobuf').spans).toEqual([]);
    const refused = await check();
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(`Datadog at ${host} refuses the key (401). Check DD_API_KEY`);
    expect((await check()).stderr).toContain('Datadog did not answer: 503. Check its address, or try again later.');
    expect(server.seen).toHaveLength(3);
    const broken = await runHere(['traces', 'send', '--to', 'datadog', '--check'], {
      directory,
      environment: { DD_API_KEY: '"quoted-secret"' },
    });
    expect(broken.stderr).toContain('DD_API_KEY (15 characters) contains a blank');
    expect(broken.stderr).not.toContain('quoted-secret');
    expect(broken.code).toBe(2);
  });
});

describe('docket doctor', () => {
  it('lists the systems that are configured, and no key', async () => {
    const none = await runHere(['doctor'], { directory });
    expect(none.stdout).toContain('sent nowhere: no system is configured');
    const { stdout } = await runHere(['doctor'], { directory, environment: testKeys });
    expect(stdout).toMatch(/✓ ok +traces +read from Logfire \(logfire-us\.pydantic\.dev\), Langfuse/);
    expect(stdout).toMatch(/sent, not checked \(use --online\), to Logfire \(logfire-us\.pydantic\.dev\)/);
    for (const secret of secrets) expect(stdout).not.toContain(secret);
    const half = await runHere(['doctor', '--json'], { directory, environment: { LANGFUSE_PUBLIC_KEY: testKeys.LANGFUSE_PUBLIC_KEY } });
    expect(half.stdout).toContain('Langfuse needs LANGFUSE_SECRET_KEY');
    expect(half.code).toBe(0);
    // Who only sends to Datadog needs one key.
    const sendOnly = await runHere(['doctor'], { directory, environment: { DD_API_KEY: testKeys.DD_API_KEY } });
    expect(sendOnly.stdout).toMatch(/✓ ok +traces .*\n +not read from Datadog: Datadog needs DD_APP_KEY/);
  });

  it('asks them with --online, and the receiver of OTEL_EXPORTER_OTLP_*, and shows no key', async () => {
    const taking = await serveVendor(() => ({ body: {} }));
    const refusing = await serveVendor(({ headers }) => ({ status: 401, body: JSON.stringify(headers) }));
    const environment = {
      LOGFIRE_TOKEN: testKeys.LOGFIRE_TOKEN,
      LOGFIRE_BASE_URL: taking.url,
      PHOENIX_API_KEY: testKeys.PHOENIX_API_KEY,
      PHOENIX_COLLECTOR_ENDPOINT: refusing.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: refusing.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Bearer%20key-of-the-receiver',
    };
    const { code, stdout } = await runHere(['doctor', '--online', '--json'], { directory, environment });
    const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string; text: string }[] };
    const { host } = new URL(refusing.url);
    expect(checks.find(({ name }) => name === 'telemetry')).toMatchObject({
      state: 'warn',
      text: expect.stringContaining(`${host} did not accept an empty request: 401 Unauthorized; check OTEL_EXPORTER_OTLP_HEADERS`),
    });
    const traces = checks.find(({ name }) => name === 'traces');
    expect(traces).toMatchObject({ state: 'warn', text: expect.stringContaining(`Phoenix at ${host} refuses the key (401`) });
    expect(traces?.text).not.toContain('Logfire did not');
    expect(taking.seen).toHaveLength(1);
    expect(refusing.seen.map(({ headers }) => headers.authorization).sort()).toEqual([
      'Bearer key-of-the-receiver',
      `Bearer ${testKeys.PHOENIX_API_KEY}`,
    ]);
    for (const secret of [...secrets, 'key-of-the-receiver']) expect(stdout).not.toContain(secret);
    expect(code).toBe(0);
    const healthy = { OTEL_EXPORTER_OTLP_ENDPOINT: taking.url };
    expect((await runHere(['doctor', '--online'], { directory, environment: healthy })).stdout).toMatch(
      /✓ ok +telemetry +traces of decisions and trials are sent to 127/,
    );
  });
});

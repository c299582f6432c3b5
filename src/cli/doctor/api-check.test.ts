import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { fixtureProject } from '../testing/fixture-project.ts';
import { runHere } from '../testing/run-here.ts';

const key = 'sk-ant-test-0123456789abcdef';
const counts = { body: { input_tokens: 412 } };
const answer = {
  body: {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-6', stop_reason: 'max_tokens' },
    content: [{ type: 'text', text: '{' }],
    usage: { input_tokens: 412, output_tokens: 1 },
  },
};
const refusal = (status: number, message: string) => ({
  status,
  body: { type: 'error', error: { type: 'invalid_request_error', message } },
});

/** Runs `docket doctor --online` against a loopback server of two replies, and gives what it was asked. */
async function online(counted: { status?: number; body: unknown }, answered: { status?: number; body: unknown }) {
  const asked: { path: string; body: Record<string, unknown> }[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    asked.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown> });
    const { status = 200, body } = request.url?.includes('count_tokens') ? counted : answered;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const project = fixtureProject();
  onTestFinished(() => project[Symbol.dispose]());
  const environment = { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: `http://127.0.0.1:${(server.address() as { port: number }).port}` };
  const ended = await runHere(['doctor', '--online'], { ...project, environment });
  expect(ended.stdout + ended.stderr).not.toContain(key);
  return { ...ended, text: ended.stdout.replaceAll(/\s+/g, ' '), asked };
}

it('--online counts the tokens, asks for one, and says that the version would be answered', async () => {
  const { text, asked, code } = await online(counts, answer);
  expect(asked.map(({ path }) => path)).toEqual(['/v1/messages/count_tokens', '/v1/messages']);
  expect(asked[1]?.body).toMatchObject({ max_tokens: 1, model: 'claude-sonnet-4-6', output_config: { format: { type: 'json_schema' } } });
  expect(text).toMatch(/✓ ok +online .* takes the key, the model, the tools and the form of the decision of v2/);
  expect(text).toContain('412 tokens in prompt and tools this question cost $0.001251');
  expect(code).toBe(0);
});

it('--online says why no trial would be answered, and a key that is refused costs one free request', async () => {
  const effort = await online(counts, refusal(400, 'This model does not support the effort parameter.'));
  expect(effort.text).toMatch(/✗ fail +online .*effort: null.*every trial of this version ends/);
  expect(effort.code).toBe(2);
  const credit = await online(refusal(400, 'Your credit balance is too low to access the Anthropic API.'), answer);
  expect(credit.text).toMatch(/✗ fail +online .*no credit left/);
  expect(credit.asked).toHaveLength(1);
  const other = await online(refusal(404, 'not found'), { body: { ...answer.body, model: 'claude-haiku-4-5' } });
  expect(other.text).toMatch(/asked for claude-sonnet-4-6, and claude-haiku-4-5 answered the server does not count tokens/);
  expect(other.code).toBe(0);
});

it('--online says that a failure may pass, and that nobody was asked where there is no key', async () => {
  const busy = refusal(529, 'Overloaded');
  const passing = await online(busy, busy);
  expect(passing.text).toMatch(/✗ fail +online .*overloaded.*It may pass, .* not known yet/);
  expect(passing.text).not.toContain('Until this is mended');
  expect(passing.code).toBe(2);
  using project = fixtureProject();
  const { stdout, code } = await runHere(['doctor', '--online'], project);
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/! warn +online +no model server was asked: there is no key/);
  expect(code).toBe(0);
});

it('what the API refuses is said without asking anybody, by doctor and by cases lint', async () => {
  using project = fixtureProject();
  const folder = join(project.directory, 'desk');
  mkdirSync(join(folder, 'tools'), { recursive: true });
  const closed = { type: 'object', additionalProperties: false };
  writeFileSync(
    join(folder, 'decision.json'),
    JSON.stringify({
      ...closed,
      properties: { accepted: { type: 'boolean' }, price: { type: 'number', minimum: 0 } },
      required: ['accepted', 'price'],
    }),
  );
  writeFileSync(
    join(folder, 'tools/weigh.json'),
    JSON.stringify({ name: 'weigh', description: 'Weighs.', strict: true, input_schema: { type: 'object', properties: {} } }),
  );
  const docket = new URL('../../index.ts', import.meta.url).href;
  writeFileSync(
    join(project.directory, 'docket.config.ts'),
    `import { defineAgent, defineToolVariant } from '${docket}';
import { parcelDesk } from '${new URL('../testing/parcel-desk.ts', import.meta.url).href}';
const plain = defineToolVariant({ directory: new URL('./desk/', import.meta.url), tools: { weigh: { source: import.meta.url, run: () => '1' } } });
const versions = { v1: { prompt: 'p', toolVariant: 'plain', model: 'claude-haiku-4-5' } };
export default { agent: defineAgent({ ...parcelDesk, prompts: { p: 'Decide.' }, toolVariants: { plain }, versions, scorers: [] }), cases: 'cases', current: 'v1' };
`,
  );
  const doctor = await runHere(['doctor'], project);
  const text = doctor.stdout.replaceAll(/\s+/g, ' ');
  expect(text).toMatch(/! warn +api the API refuses/);
  expect(text).toContain('decision.json: price: minimum 0 (v1)');
  expect(text).toContain('tools/weigh.json: the whole schema: additionalProperties is missing, and has to be false (v1)');
  expect(doctor.code).toBe(0);
  const lint = await runHere(['cases', 'lint'], project);
  expect(lint.stderr).toContain('warning: the API refuses decision.json: price: minimum 0 (v1)');
  expect(lint.code).toBe(0);
});

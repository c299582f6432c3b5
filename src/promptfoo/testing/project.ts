import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prompts } from './expense-desk.ts';

const room = dirname(import.meta.dirname);
const promptfoo = join(dirname(fileURLToPath(import.meta.resolve('promptfoo'))), 'entrypoint.js');

export interface TestCase {
  readonly id: string;
  readonly amount: number;
  readonly note?: string;
  readonly title?: string;
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project with the expense desk in a folder of its own, and promptfoo's command line run in it. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'docket-promptfoo-'));

  /** @param columns the provider blocks of promptfooconfig.yaml: version and the prompt it is given */
  constructor(cases: readonly TestCase[], columns: readonly { readonly version: string; readonly prompt: string }[], latencyMs = 0) {
    const source = dirname(room);
    this.write(
      'docket.config.ts',
      `import { defineConfig } from '${source}/index.ts';
import { expenseDesk } from '${room}/testing/expense-desk.ts';
export default defineConfig({
  agent: expenseDesk,
  cases: 'cases',
  current: process.env.TEST_CURRENT ?? 'strict',
  simulation: { latencyMs: ${latencyMs} },
});`,
    );
    this.write('package.json', '{ "type": "module" }');
    for (const [name, text] of Object.entries(prompts)) this.write(`${name}.md`, `${text}\n`);
    for (const each of cases) this.write(`cases/${each.id}.json`, caseFile(each));
    this.write('promptfooconfig.yaml', configuration(columns));
    // promptfoo's own scheduler stays on: our answers must not set it off.
    this.write('.promptfoo.env', 'PROMPTFOO_DISABLE_TELEMETRY=1\nPROMPTFOO_PASS_RATE_THRESHOLD=0\n');
  }

  write(name: string, text: string): void {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs `promptfoo eval` to its end. `onOutput` sees all output so far and the process. */
  run(
    options: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    onOutput: (text: string, child: ChildProcess) => void = () => {},
  ): Promise<Finished> {
    const child = spawn(process.execPath, [promptfoo, 'eval', '--no-table', '--no-progress-bar', ...options], {
      cwd: this.folder,
      env: {
        PATH: process.env.PATH,
        HOME: this.folder,
        PROMPTFOO_CONFIG_DIR: join(this.folder, '.promptfoo'),
        PROMPTFOO_DISABLE_UPDATE: '1',
        PROMPTFOO_DISABLE_TELEMETRY: '1',
        NO_COLOR: '1',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      onOutput(stdout + stderr, child);
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      onOutput(stdout + stderr, child);
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });
  }
}

function caseFile({ id, amount, note = 'nothing', title = id }: TestCase): string {
  const label = {
    decision: { approved: amount <= 1429 },
    source: 'human',
    rationale: 'The limit is 1429.',
    reviewers: [{ kind: 'human' }],
  };
  return JSON.stringify({ id, title, input: { amount, note }, label, origin: { kind: 'designed' } });
}

function configuration(columns: readonly { readonly version: string; readonly prompt: string }[]): string {
  const used = [...new Set(columns.map(({ prompt }) => prompt))];
  return JSON.stringify({
    prompts: used.map((prompt) => ({ id: `file://${prompt}.md`, label: prompt })),
    providers: columns.map(({ version, prompt }) => ({
      id: `file://${room}/provider.ts`,
      label: version,
      prompts: [prompt],
      config: { version },
    })),
    tests: `file://${room}/tests.ts`,
    defaultTest: {
      assert: [
        { type: 'javascript', value: `file://${room}/assertions.ts:allScorers` },
        { type: 'javascript', value: `file://${room}/assertions.ts:oneScorer`, metric: 'label', config: { scorer: 'expected-decision' } },
      ],
    },
    extensions: [`file://${room}/hooks.ts:beforeAll`, `file://${room}/hooks.ts:afterAll`],
    commandLineOptions: { envPath: '.promptfoo.env' },
  });
}

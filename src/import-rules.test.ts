import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import biomeConfiguration from '../biome.json' with { type: 'json' };

const repository = join(import.meta.dirname, '..');

/** File, and what it imports: each pair must be a lint error. */
const planted: readonly (readonly [file: string, specifier: string])[] = [
  ['src/agent/planted.ts', '../trials/run-trial.ts'],
  ['src/model/planted.ts', '../agent/tool.ts'],
  ['src/scorers/planted.ts', '../model/prices.ts'],
  ['src/trials/planted.ts', '../scorers/budget.ts'],
  ['src/workers/planted.ts', '../trials/run-trial.ts'],
  ['src/trials/planted-worker.ts', '../workers/worker-agent.ts'],
  ['src/mutation/planted.ts', '../trials/run-trial.ts'],
  ['src/agent/planted-mutation.ts', '../mutation/mutators.ts'],
  ['src/improvement/planted.ts', '../traces/store/trace-store.ts'],
  ['src/mutation/planted-improvement.ts', '../improvement/find-problems.ts'],
  ['src/reporters/planted-improvement.ts', '../improvement/find-problems.ts'],
  ['src/gate/planted.ts', '../trials/run-trial.ts'],
  ['src/traces/planted.ts', '../review/draft.ts'],
  ['src/review/planted.ts', '../traces/store/trace-store.ts'],
  ['src/reporters/planted.ts', '../gate/create-gate.ts'],
  ['src/suites/planted.ts', '../agent/define-agent.ts'],
  ['src/review/planted-suites.ts', '../suites/suite-row.ts'],
  ['src/contracts/planted.ts', '../stats/interval.ts'],
  ['src/stats/planted.ts', '../trials/run-trial.ts'],
  ['src/text/planted.ts', '../reporters/words.ts'],
  ['src/contracts/planted-text.ts', '../text/figures.ts'],
  ['src/stats/planted-text.ts', '../text/figures.ts'],
  ['src/database/planted-text.ts', '../text/figures.ts'],
  ['src/database/planted.ts', '../trials/trial-store.ts'],
  ['src/gate/planted-database.ts', '../database/open-database.ts'],
  ['src/flows/planted.ts', '../cli/main.ts'],
  ['src/flows/evaluate/planted.ts', '../../promptfoo/provider.ts'],
  ['src/promptfoo/planted.ts', '../vitest/index.ts'],
  ['src/vitest/planted.ts', '../cli/main.ts'],
  ['src/mcp/planted.ts', '../cli/main.ts'],
  ['src/flows/planted-mcp.ts', '../mcp/mcp-project.ts'],
  ['src/app/planted.ts', '../cli/main.ts'],
  ['src/flows/planted-app.ts', '../app/app-server.ts'],
  ['src/traces/planted-app.ts', '../app/app-server.ts'],
  ['src/cli/planted.ts', '../underwriting/agent.ts'],
  ['src/flows/planted-agent.ts', '../underwriting/agent.ts'],
  ['src/model/planted-agent.ts', '../underwriting/agent.ts'],
  ['src/underwriting/planted.ts', '../agent/define-agent.ts'],
  ['src/underwriting/tools/planted.ts', '../../contracts/json.ts'],
];

const permitted: readonly (readonly [file: string, specifier: string])[] = [
  ['src/agent/permitted.ts', '../model/model.ts'],
  ['src/trials/permitted.ts', '../agent/tool-loop.ts'],
  ['src/workers/permitted.ts', '../agent/tool-loop.ts'],
  ['src/mutation/permitted.ts', '../agent/define-agent.ts'],
  ['src/trials/permitted-database.ts', '../database/open-database.ts'],
  ['src/traces/permitted.ts', '../database/open-database.ts'],
  ['src/scorers/permitted.ts', '../contracts/score.ts'],
  ['src/improvement/permitted.ts', '../stats/wilson-interval.ts'],
  ['src/suites/permitted.ts', '../text/figures.ts'],
  ['src/text/permitted.ts', '../contracts/model-mode.ts'],
  ['src/flows/permitted.ts', '../trials/run-trial.ts'],
  ['src/cli/permitted.ts', '../flows/session.ts'],
  ['src/mcp/permitted.ts', '../flows/open-traces.ts'],
  ['src/app/permitted.ts', '../flows/open-traces.ts'],
  ['src/underwriting/permitted.ts', '../index.ts'],
  ['src/underwriting/tools/permitted.ts', '../policy.ts'],
  ['src/underwriting/tools/permitted-api.ts', '../../index.ts'],
];

let folder: string;
let diagnostics: { category: string; location: { path: string | { file: string } } }[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'import-rules-'));
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...biomeConfiguration, vcs: { enabled: false } }));
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  for (const [file, specifier] of [...planted, ...permitted]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `export * from '${specifier}';\n`);
  }
  // A circle of imports is an error too, of types alike.
  writeFileSync(join(folder, 'src/stats/circle.ts'), "import { b } from './circle-back.ts';\nexport const a = b;\n");
  writeFileSync(join(folder, 'src/stats/circle-back.ts'), "import { a } from './circle.ts';\nexport const b = a;\n");
  writeFileSync(join(folder, 'src/stats/type-circle.ts'), "import type { B } from './type-circle-back.ts';\nexport type A = B[];\n");
  writeFileSync(
    join(folder, 'src/stats/type-circle-back.ts'),
    "import type { A } from './type-circle.ts';\nexport interface B {\n  readonly a: A;\n}\n",
  );
  const output = await new Promise<string>((resolve) => {
    const biome = join(repository, 'node_modules/.bin/biome');
    execFile(biome, ['lint', '--reporter=json', '--max-diagnostics=none', 'src'], { cwd: folder, maxBuffer: 1e8 }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  diagnostics = (JSON.parse(output) as { diagnostics: typeof diagnostics }).diagnostics;
});
afterAll(() => rmSync(folder, { recursive: true }));

function faults(file: string): string[] {
  return diagnostics
    .filter(({ location }) => (typeof location.path === 'string' ? location.path : location.path.file).endsWith(file))
    .map(({ category }) => category);
}

test.each(planted)('%s may not import %s', (file) => {
  expect(faults(file)).toContain('lint/style/noRestrictedImports');
});

test.each(permitted)('%s may import %s', (file) => {
  expect(faults(file)).not.toContain('lint/style/noRestrictedImports');
});

test.each(['circle', 'type-circle'])('a %s of imports is an error', (file) => {
  expect(faults(`src/stats/${file}.ts`)).toContain('lint/suspicious/noImportCycles');
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { verdictSchema } from '../../contracts/verdict.ts';
import { type GateProject, gateFiles, gateProject } from '../testing/gate-project.ts';
import { runDocket } from '../testing/run-docket.ts';
import { runProcess } from '../testing/run-process.ts';

/** The counter's agent, as somebody writes it whose bundler or test runner understands all of TypeScript. */
function asPeopleWriteIt(project: GateProject, limit: number): void {
  const docket = fileURLToPath(new URL('../../index.ts', import.meta.url));
  project.remove('scales.ts');
  project.write('tsconfig.json', { compilerOptions: { paths: { '@desk/*': ['./desk/*'] } } });
  project.write('desk/limits.json', { limit });
  project.write('desk/unit.ts', "export enum Unit { kilogram = 'kg' }\nexport interface Scale { readonly limit: number }\n");
  project.write(
    'desk/scales.tsx',
    `import limits from './limits.json';
import { Scale, Unit } from './unit';
class Weighing { constructor(private readonly scale: Scale) {} text(weight: number) { return \`Weight: \${weight} \${Unit.kilogram}. Limit: \${this.scale.limit} \${Unit.kilogram}.\`; } }
export const weigh = (weight: number): string => new Weighing(limits).text(weight);
`,
  );
  const agent = gateFiles
    .agent()
    .replace("'./clerk.ts'", "'./clerk.js'")
    .replace("'./scales.ts'", "'@desk/scales'")
    .replace("new URL('scales.ts'", "new URL('desk/scales.tsx'")
    .replace(new RegExp(`file://${docket}`, 'g'), docket);
  project.write('agent.ts', agent);
  project.write('docket.config.mts', gateFiles.config().replace("'./agent.ts'", "'./agent'"));
}

describe('a project in TypeScript that Node.js does not run by itself', () => {
  it('is judged like any other, and what its files say counts', { tags: ['slow'] }, async () => {
    using project = gateProject();
    project.remove('docket.config.ts');
    asPeopleWriteIt(project, 20);
    const accepted = await runDocket(['baseline', 'accept'], project);
    expect(accepted).toMatchObject({ code: 0, stdout: expect.stringContaining('parcel-counter') });
    project.commit('The baseline');
    project.git('switch', '--quiet', '--create', 'change');
    project.write('desk/limits.json', { limit: 90 });
    const { code } = await runDocket(['gate'], project);
    expect(code).toBe(1);
    expect(verdictSchema.parse(JSON.parse(project.read('reports/verdict.json')))).toMatchObject({
      verdict: 'regressed',
      attribution: { factors: ['tools'] },
    });
  });
});

const folder = mkdtempSync(join(tmpdir(), 'docket-modules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const loader = fileURLToPath(new URL('../../flows/import-project-module.ts', import.meta.url));

/** Imports `main.ts` of these files in a process of its own, and prints what it exports or how it failed. */
async function imported(name: string, files: Readonly<Record<string, string>>) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true });
    writeFileSync(join(folder, name, path), text);
  }
  const script = join(folder, 'import.mjs');
  writeFileSync(
    script,
    `import { importProjectModule } from '${loader}';
try { console.log(JSON.stringify(await importProjectModule(process.argv[2]))); } catch (error) { console.log(\`\${error.name}: \${error.message}\`); }`,
  );
  const main = Object.keys(files).find((path) => path.startsWith('main.')) ?? '';
  const { stdout } = await runProcess([script, join(folder, name, main)], { directory: folder, environment: {} });
  return stdout;
}

describe('a module of a project', () => {
  it.each([
    [
      'an ES module in a package of CommonJS',
      {
        'package.json': '{ "type": "commonjs" }',
        'main.ts': "import { n } from './n';\nconst { m } = require('./m.cjs');\nexport default { sum: n + m };",
        'n.ts': 'export const n = 1;',
        'm.cjs': 'exports.m = 2;',
      },
      '{"sum":3}',
    ],
    [
      'CommonJS through and through',
      { 'package.json': '{}', 'main.cts': "module.exports = { sum: require('./n').n };", 'n.ts': 'exports.n = 3;' },
      '{"sum":3}',
    ],
    [
      'a type that is imported like a value',
      { 'main.ts': "import { N } from './n.ts';\nexport default { sum: 3 as N };", 'n.ts': 'export type N = number;' },
      '{"sum":3}',
    ],
    ['a folder', { 'main.ts': "import { n } from './n';\nexport default { sum: n };", 'n/index.ts': 'export const n = 3;' }, '{"sum":3}'],
    ['a namespace', { 'main.ts': 'namespace N { export const n = 3; }\nexport default { sum: N.n };' }, '{"sum":3}'],
  ])('is imported: %s', async (name, files, expected) => {
    expect(await imported(name, files as Record<string, string>)).toContain(expected);
  });

  it.each([
    ['a module that is not there', { 'main.ts': "import { n } from './none.js';\nexport default n;" }, 'none.js'],
    [
      'what is no TypeScript',
      { 'main.ts': "import { n } from './n';\nexport default n;", 'n.ts': '\nexport const n = = 3;\n' },
      'n.ts:2:17',
    ],
  ])('is named, with its file, where nothing helps: %s', async (name, files, expected) => {
    expect(await imported(name, files as Record<string, string>)).toContain(expected);
  });

  it('runs once, and its own error is told', async () => {
    const main =
      "import { appendFileSync } from 'node:fs';\nappendFileSync(new URL('ran', import.meta.url), 'x');\nthrow new RangeError('no such limit');\n";
    expect(await imported('throws', { 'main.ts': main })).toContain('RangeError: no such limit');
    expect(readFileSync(join(folder, 'throws/ran'), 'utf8')).toBe('x');
  });
});

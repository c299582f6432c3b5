import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GateProject, gateFiles, gateProject } from '../testing/gate-project.ts';
import { judge } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const said = (limit: string) => `export const weigh = (weight) => \`Weight: \${weight} kg. Limit: \${${limit}} kg.\`;\n`;
const reading = (path: string) =>
  `import { readFileSync } from 'node:fs';\nimport { join } from 'node:path';\n${said(`Number(/\\d+/.exec(readFileSync(${path}, 'utf8')))`)}`;

/** How a tool may get at what decides its answer: the files of main, and what a pull request changes of them. */
interface Way {
  readonly main: Readonly<Record<string, string>>;
  readonly change: Readonly<Record<string, string>>;
  /** Links by place. */
  readonly links?: Readonly<Record<string, string>>;
}

const asPackage = (name: string) => JSON.stringify({ name, version: '0.0.0', type: 'module', exports: './index.js' });
/** An installed package that opens whatever file it is told. */
const opener = {
  'node_modules/opener/package.json': JSON.stringify({ name: 'opener', version: '1.0.0', type: 'module', exports: './index.js' }),
  'node_modules/opener/index.js':
    "import { readFileSync } from 'node:fs';\nexport const open = (address) => readFileSync(new URL(address), 'utf8').trim();\n",
};
const opened = (path: string) => `import { open } from 'opener';\n${said(`open(${path})`)}`;
const linked = (name: string) => ({ 'scales.ts': `import { limit } from '${name}';\n${said('limit')}` });

const ways: Readonly<Record<string, Way>> = {
  'a file that it reads by a computed name': {
    main: { 'scales.ts': reading("join(import.meta.dirname, ['limit', 'txt'].join('.'))"), 'limit.txt': 'Limit 20' },
    change: { 'limit.txt': 'Limit 900' },
  },
  'a document that it reads': {
    main: { 'scales.ts': reading("join(import.meta.dirname, 'docs', `${'limit'}.md`)"), 'docs/limit.md': 'Limit 20' },
    change: { 'docs/limit.md': 'Limit 900' },
  },
  'a CommonJS file that it requires': {
    main: {
      'scales.ts': `import { createRequire } from 'node:module';\nconst { limit } = createRequire(import.meta.url)('./limit.cjs');\n${said('limit')}`,
      'limit.cjs': 'exports.limit = 20;\n',
    },
    change: { 'limit.cjs': 'exports.limit = 900;\n' },
  },
  'a module behind an imports map': {
    main: {
      'package.json': '{"type":"module","imports":{"#limit":"./limits/real.js"}}',
      'scales.ts': `import { limit } from '#limit';\n${said('limit')}`,
      'limits/real.js': 'export const limit = 20;\n',
    },
    change: { 'limits/real.js': 'export const limit = 900;\n' },
  },
  'a linked package': {
    main: {
      ...linked('@acme/limits'),
      'packages/limits/package.json': asPackage('@acme/limits'),
      'packages/limits/index.js': "export * from './deep.js';\n",
      'packages/limits/deep.js': 'export const limit = 20;\n',
    },
    links: { 'node_modules/@acme/limits': '../../packages/limits' },
    change: { 'packages/limits/deep.js': 'export const limit = 900;\n' },
  },
  'a linked package that a linked package needs': {
    main: {
      ...linked('one'),
      'packages/one/package.json': asPackage('one'),
      'packages/one/index.js': "export * from 'two';\n",
      'packages/two/package.json': asPackage('two'),
      'packages/two/index.js': 'export const limit = 20;\n',
    },
    links: { 'node_modules/one': '../packages/one', 'packages/one/node_modules/two': '../../two' },
    change: { 'packages/two/index.js': 'export const limit = 900;\n' },
  },
  'a file of another language beside the configuration': {
    main: {
      'scales.ts': `import { execFileSync } from 'node:child_process';\n${said("Number(execFileSync('sh', ['limit.sh'], { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'ignore'] }))")}`,
      'limit.sh': 'echo 20\n',
    },
    change: { 'limit.sh': 'echo 900\n' },
  },
  'a file behind a link': {
    main: { 'scales.ts': reading("join(import.meta.dirname, ['rules', 'txt'].join('.'))"), 'docs/limit.txt': '20' },
    links: { 'rules.txt': 'docs/limit.txt' },
    change: { 'docs/limit.txt': '900' },
  },
  'a document that an installed package opens for it': {
    main: { ...opener, 'scales.ts': opened("import.meta.url.replace(/[^/]*$/, ['docs', 'limit.md'].join('/'))"), 'docs/limit.md': '20' },
    change: { 'docs/limit.md': '900' },
  },
  'the file in which the agent is declared': {
    main: {},
    change: { 'agent.ts': gateFiles.agent().replace('weigh(weight)', "weigh(weight).replace('20', '900')") },
  },
  'what the input schema makes of an input': {
    main: { 'agent.ts': gateFiles.agent().replace('z.number().positive()', 'z.number().positive().transform((weight) => weight * 1)') },
    change: { 'agent.ts': gateFiles.agent().replace('z.number().positive()', 'z.number().positive().transform((weight) => weight / 100)') },
  },
};

/** Main with this way in it, and a baseline that is accepted for it. */
async function withBaseline({ main, links = {} }: Way): Promise<GateProject> {
  const project = gateProject();
  // A folder of its own, so that packages can be linked into it.
  rmSync(join(project.directory, 'node_modules'));
  mkdirSync(join(project.directory, 'node_modules'));
  symlinkSync(join(modules, 'zod'), join(project.directory, 'node_modules/zod'));
  for (const [path, text] of Object.entries(main)) project.write(path, text);
  for (const [place, target] of Object.entries(links)) {
    mkdirSync(dirname(join(project.directory, place)), { recursive: true });
    symlinkSync(target, join(project.directory, place));
  }
  await runHere(['baseline', 'accept'], project);
  project.commit('The baseline');
  return project;
}

function isTried(_name: string, way: Way): void {
  let main: GateProject;
  beforeAll(async () => {
    main = await withBaseline(way);
  });
  afterAll(() => main[Symbol.dispose]());

  it('is seen when it breaks the agent', { tags: ['slow'] }, async () => {
    using project = main.branch();
    for (const [path, text] of Object.entries(way.change)) project.write(path, text);
    project.commit('Another limit');
    expect((await judge(project)).verdict).toMatchObject({ verdict: 'regressed', exitCode: 1 });
  });

  it('passes by trial when it does not', { tags: ['slow'] }, async () => {
    using project = main.branch();
    for (const path of Object.keys(way.change)) project.write(path, `${project.read(path).trimEnd()}\n\n`);
    const { verdict } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'pass', basis: 'tested', spending: { trials: { spent: 12 } } });
  });
}

describe.each(Object.entries(ways).slice(0, 1))('%s', isTried);
describe.each(Object.entries(ways).slice(1))('%s', { tags: ['slow'] }, isTried);

describe('the file of another language', () => {
  let main: GateProject;
  beforeAll(async () => {
    main = await withBaseline(ways['a file of another language beside the configuration'] as Way);
  });
  afterAll(() => main[Symbol.dispose]());

  it('says why the cases were run, and takes no trial of another state of the file', { tags: ['slow'] }, async () => {
    using project = main.branch();
    project.write('limit.sh', '# as before\necho 20\n');
    const sound = (await judge(project)).verdict;
    expect(sound.reason).toMatch(
      /^Every part of the version that the fingerprint names is as on main, but limit\.sh changed, so the cases were run\. /,
    );
    project.write('limit.sh', 'echo 900\n');
    expect((await judge(project)).verdict).toMatchObject({ verdict: 'regressed' });
  });

  it('is seen when it is removed, renamed to where nothing counts, or ignored by the pull request itself', { tags: ['slow'] }, async () => {
    using moved = main.branch();
    mkdirSync(join(moved.directory, 'docs'));
    renameSync(join(moved.directory, 'limit.sh'), join(moved.directory, 'docs/limit.sh'));
    expect((await judge(moved)).verdict.verdict).not.toBe('pass');
    using ignoring = main.branch();
    ignoring.write('limit.sh', 'echo 900\n');
    ignoring.write('docket.config.ts', gateFiles.config({ ignore: ['**'] }));
    expect((await judge(ignoring)).verdict).toMatchObject({ verdict: 'regressed' });
  });

  it("is ignored where main's own configuration says so", { tags: ['slow'] }, async () => {
    using project = main.branch();
    project.write('docket.config.ts', gateFiles.config({ ignore: ['notebooks/**', '*.sh'] }));
    project.commit('An ignore list');
    project.git('branch', '--force', 'main');
    project.git('switch', '--quiet', '--create', 'later');
    project.write('notebooks/tries.ipynb', '{}');
    expect((await judge(project)).verdict).toMatchObject({ verdict: 'pass', basis: 'tested' });
  });
});

describe('a file outside of the folder of the agent', () => {
  it('is seen where the agent names it to a package that opens files, and nothing else there is', { tags: ['slow'] }, async () => {
    using whole = gateProject();
    const directory = join(whole.directory, 'apps/desk');
    const files = readdirSync(whole.directory).filter((name) => !['.git', 'node_modules'].includes(name));
    mkdirSync(directory, { recursive: true });
    for (const file of files) renameSync(join(whole.directory, file), join(directory, file));
    for (const [path, text] of Object.entries(opener)) whole.write(`apps/desk/${path}`, text);
    symlinkSync(join(modules, 'zod'), join(directory, 'node_modules/zod'));
    whole.write('.gitignore', 'node_modules\n');
    whole.write('shared/rules/limit.txt', '20');
    whole.write('apps/desk/scales.ts', opened("import.meta.url.replace(/apps.*/, ['shared', 'rules', `${'limit'}.txt`].join('/'))"));
    await runHere(['baseline', 'accept'], { directory });
    whole.commit('The counter, one of several packages');
    using project = whole.branch();
    const changed = { ...project, directory: join(project.directory, 'apps/desk') };
    project.write('apps/shop/prices.txt', '900');
    expect((await judge(changed)).verdict).toMatchObject({ verdict: 'pass', basis: 'unchanged' });
    project.write('shared/rules/limit.txt', '900');
    expect((await judge(changed)).verdict).toMatchObject({ verdict: 'regressed', exitCode: 1 });
  });
});

describe('a package that is installed for the change alone', () => {
  const installed = (version: string, limit: number) => ({
    'package.json': JSON.stringify({ type: 'module', dependencies: { limits: version }, devDependencies: { other: version } }),
    'node_modules/limits/package.json': JSON.stringify({ name: 'limits', version, type: 'module', exports: './index.js' }),
    'node_modules/limits/index.js': `export const limit = ${limit};\n`,
  });
  let main: GateProject;
  beforeAll(async () => {
    main = await withBaseline({ main: { ...linked('limits'), ...installed('1.0.0', 20) }, change: {} });
  });
  afterAll(() => main[Symbol.dispose]());

  it('is never compared with itself, where no lockfile says which one main has', { tags: ['slow'] }, async () => {
    using project = main.branch();
    for (const [path, text] of Object.entries(installed('2.0.0', 900))) project.write(path, text);
    const { verdict } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'error', exitCode: 2 });
    expect(verdict.reason).toMatch(/^package\.json asks for limits otherwise than main's.* has no lockfile .* Commit one\.$/);
  });

  it('passes nothing where it was altered under its version, and no stored run says what main does', { tags: ['slow'] }, async () => {
    using project = main.branch();
    project.remove('reports/baseline.json');
    project.write('patches/limits+1.0.0.patch', '20');
    project.commit('A patch, and no baseline');
    project.git('branch', '--force', 'main');
    project.git('switch', '--quiet', '--create', 'later');
    project.write('patches/limits+1.0.0.patch', '900');
    project.write('node_modules/limits/index.js', 'export const limit = 900;\n');
    const { verdict } = await judge(project, ['--mode', 'simulated', '--budget', '200']);
    expect(verdict).toMatchObject({ verdict: 'inconclusive', exitCode: 5, cause: 'shared-packages' });
  });

  it('is no matter where another one is asked for', { tags: ['slow'] }, async () => {
    using project = main.branch();
    project.write('package.json', project.read('package.json').replace('"other":"1.0.0"', '"other":"2.0.0"'));
    expect((await judge(project)).verdict).toMatchObject({ verdict: 'pass', basis: 'unchanged' });
  });

  it("is not main's because another lockfile beside the one that changed says so", { tags: ['slow'] }, async () => {
    using project = main.branch();
    const yarn = (version: string) => `# yarn lockfile v1\n\nlimits@^1.0.0:\n  version "${version}"\n`;
    project.write('package-lock.json', '{ "packages": {} }');
    project.write('yarn.lock', yarn('1.0.0'));
    project.commit('Two lockfiles');
    project.git('branch', '--force', 'main');
    project.git('switch', '--quiet', '--create', 'later');
    project.write('yarn.lock', yarn('1.9.0'));
    expect((await judge(project)).verdict).toMatchObject({ verdict: 'error', reason: expect.stringContaining('from yarn.lock') });
  });
});

describe('what no answer depends on', () => {
  const lockfile = (more: object) =>
    JSON.stringify({ lockfileVersion: 3, packages: { '': {}, 'node_modules/zod': { version: '4.6.7', integrity: 'sha512-a' }, ...more } });
  let main: GateProject;
  beforeAll(async () => {
    main = await withBaseline({
      main: {
        'package.json': '{"type":"module","dependencies":{"zod":"4"}}',
        'package-lock.json': lockfile({}),
        'docs/guide.md': 'A guide',
        'README.md': 'Read me',
        'weigh.test.ts': 'export {};',
        '.github/workflows/check.yml': 'on: push',
      },
      change: {},
    });
  });
  afterAll(() => main[Symbol.dispose]());

  it('is no reason to run anything, nor is a lockfile that says another thing of another package', { tags: ['slow'] }, async () => {
    using project = main.branch();
    project.write('docs/guide.md', 'A better guide');
    project.write('README.md', 'Read me twice');
    project.write('weigh.test.ts', 'export const test = 1;');
    project.write('.github/workflows/check.yml', 'on: pull_request');
    project.write('package.json', '{"type":"module","dependencies":{"zod":"4"},"devDependencies":{"left-pad":"1"}}');
    project.write('package-lock.json', lockfile({ 'node_modules/left-pad': { version: '1.3.0' } }));
    const { verdict, stderr } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'pass', basis: 'unchanged' });
    expect(stderr).not.toContain('installed');
    const [, base = ''] = project.git('worktree', 'list', '--porcelain').match(/(?<=^worktree ).*$/gm) ?? [];
    expect(existsSync(join(base, 'node_modules/zod/package.json'))).toBe(true);
    expect(relative(project.directory, base)).toMatch(/^\.\./);
  });

  it('ends where the agent loads the package: then main gets packages of its own, and it is said', { tags: ['slow'] }, async () => {
    using project = main.branch();
    project.write('package-lock.json', lockfile({ 'node_modules/zod': { version: '4.6.8' } }));
    const { verdict, stderr } = await judge(project);
    // The lockfile is no real one, so npm refuses it: what counts is that it was asked, and why.
    expect(stderr).toContain("package-lock.json differs from main's in zod, which the agent loads.");
    expect(verdict).toMatchObject({ verdict: 'error', exitCode: 2 });
  });
});

describe("main's checkout", () => {
  it("lies outside the repository, and the repository's own packages are main's there, built ones with what was built of the same sources", {
    tags: ['slow'],
  }, async () => {
    using main = await withBaseline({
      main: {
        ...linked('@acme/limits'),
        '.gitignore': 'node_modules\n.docket\ndist\n.env\nreports/*\n!reports/baseline.json\n',
        'packages/limits/package.json': '{"name":"@acme/limits","type":"module","exports":"./dist/limits.js"}',
        'packages/limits/src/limits.ts': 'export const limit = 20;',
        'packages/limits/dist/limits.js': "export { limit } from 'steps';",
        'packages/limits/.env': 'KEY=secret',
        'packages/steps/package.json': '{"name":"steps","type":"module","exports":"./steps.js"}',
        'packages/steps/steps.js': 'export const limit = 20;',
      },
      links: { 'node_modules/@acme/limits': '../../packages/limits', 'node_modules/steps': '../packages/steps' },
      change: {},
    });
    using project = main.branch();
    project.write('packages/steps/steps.js', 'export const limit = 900;');
    project.commit('Another limit, behind a package that is as it was');
    expect((await judge(project)).verdict).toMatchObject({ verdict: 'regressed' });
    const [, base = ''] = project.git('worktree', 'list', '--porcelain').match(/(?<=^worktree ).*$/gm) ?? [];
    expect(relative(project.directory, base)).toMatch(/^\.\./);
    for (const name of ['@acme/limits', 'steps']) expect(realpathSync(join(base, 'node_modules', name))).toContain(realpathSync(base));
    expect(existsSync(join(base, 'packages/limits/dist/limits.js'))).toBe(true);
    expect(existsSync(join(base, 'packages/limits/.env'))).toBe(false);
  });
});

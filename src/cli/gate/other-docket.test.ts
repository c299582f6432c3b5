import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { type GateProject, gateProject } from '../testing/gate-project.ts';
import { runProcess } from '../testing/run-process.ts';

const docket = fileURLToPath(new URL('../main.ts', import.meta.url));

/** A copy of Docket that says what it is asked, instead of judging. */
const copy = (name: string) => `
console.log(JSON.stringify({ by: '${name}', words: process.argv.slice(2), secret: process.env.DOCKET_STORE_SECRET, as: process.env.DOCKET_STARTED_AS, in: process.cwd() }));
process.exitCode = 5;
`;

const secret = 'a secret of more than thirty-two characters';

/** Outside of every project, as a cache is. */
const cache = mkdtempSync(join(tmpdir(), 'docket-cache-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

function gate({ directory }: GateProject, ...words: string[]) {
  const environment = { HOME: directory, XDG_CACHE_HOME: cache, DOCKET_STORE_SECRET: secret };
  return runProcess([docket, 'gate', '--json', ...words], { directory, environment });
}

/** A repository that holds its packages, so that each commit says which Docket it has. */
function projectWithPackages(): GateProject {
  const project = gateProject();
  const modules = join(project.directory, 'node_modules');
  const zod = realpathSync(join(modules, 'zod'));
  rmSync(modules);
  mkdirSync(modules);
  symlinkSync(zod, join(modules, 'zod'), 'dir');
  project.write('.gitignore', '.docket\nreports\n');
  project.commit('Its packages');
  return project;
}

function install(project: GateProject, version: string, file: string, content: string) {
  project.write('node_modules/docket-evals/package.json', { name: 'docket-evals', version, type: 'module' });
  project.write(`node_modules/docket-evals/${file}`, content);
}

test("a Docket that a change brings does not judge the change: main's is started as it was, and its exit code is the gate's", {
  tags: ['slow'],
}, async () => {
  using project = projectWithPackages();
  install(project, '0.0.1', 'src/cli/docket.mjs', copy('main'));
  project.commit("Main's Docket");
  using change = project.branch();
  install(change, '0.0.1', 'src/cli/docket.mjs', copy('the change'));
  const { code, stdout, stderr } = await gate(change, '--budget', '90');
  expect(stderr).toBe("Main's own Docket (0.0.1) judges, because this change brings another one.\n");
  expect(JSON.parse(stdout)).toEqual({
    by: 'main',
    words: ['gate', '--json', '--budget', '90'],
    secret,
    as: expect.stringMatching(/^node .*main\.ts$/),
    in: change.directory,
  });
  expect(code).toBe(5);
});

test("a Docket that does not work with main's is no pass: main's runs the agent, and it is said", { tags: ['slow'] }, async () => {
  using project = projectWithPackages();
  using change = project.branch();
  install(change, '9.0.0', 'dist/flows/worker/main.js', "console.error('speaks otherwise'); process.exit(1);");
  change.write('prompts/v1.md', 'You are a clerk. Take no parcel over the limit, please.\n');
  const { code, stdout } = await gate(change);
  const verdict = JSON.parse(stdout) as { readonly reason: string };
  expect(verdict).toMatchObject({ verdict: 'inconclusive', cause: 'other-docket' });
  expect(verdict.reason).toContain("The Docket that this change brings (9.0.0) does not work with main's");
  expect(verdict.reason).toContain('speaks otherwise');
  expect(code).toBe(5);
});

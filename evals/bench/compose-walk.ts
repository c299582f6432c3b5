/**
 * Do the deployment files of `evals/examples/workers` hold? Checks the compose file and the manifest against the published schemas, and starts what they say,
 * with the words, environment, user, read-only file system, signals and restarts that an orchestrator gives it, on an installed package and a real PostgreSQL:
 * the tables, the roles, the workers, a planner; a worker that is told to end, one that is killed, one whose trial outlasts the drain. Prints a Markdown
 * table, and ends with 1 where a step comes out otherwise than it must. There is no Docker here: namespaces of Linux, which need root.
 *
 *     node evals/bench/compose-walk.ts [folder in which the package is installed]
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { endPostgres, newDatabase, runSql, startPostgres } from '../../src/database/testing/postgres-server.ts';
import { packTarball } from '../package/pack-tarball.ts';
import { InstalledProject, managers } from '../package/package-managers.ts';
import { Container, whyNoContainers } from './container.ts';
import { type Deployed, type Deployment, readCompose, readManifest, workerFiles } from './deployment-files.ts';
import { schemaFaults } from './deployment-schemas.ts';
import { KeptContainer } from './kept-container.ts';
import { tableRow } from './markdown-table.ts';

const cases = 10;
const trials = 30;
const seconds = 2;
const password = 'of-the-worker/1';

const why = whyNoContainers();
if (why !== undefined) {
  console.log(`Skipped: ${why}.`);
  process.exit(process.env.CI ? 1 : 0);
}
const scratch = mkdtempSync(join(tmpdir(), 'docket-compose-walk-'));
chmodSync(scratch, 0o755);
const server = await startPostgres();
const running = new Set<Container>();
let failures = 0;

try {
  console.log(tableRow(['file', 'step', 'came out', 'as it must']));
  console.log('|---|---|---|---|');
  for (const [file, faults] of Object.entries(schemaFaults()))
    report(file, 'is valid by the published schema', faults.join('; ') || 'valid', faults.length === 0);
  const project = installedProject();
  for (const deployment of [readCompose(), readManifest()]) await walk(deployment, project);
} finally {
  for (const container of running) container.signal('SIGKILL');
  await Promise.all([...running].map(({ ended }) => ended));
  endPostgres(server.folder);
  rmSync(scratch, { recursive: true, force: true });
}
if (failures > 0) process.exitCode = 1;

async function walk({ file, migrate, worker, planner }: Deployment, project: string): Promise<void> {
  const url = await newDatabase(server);
  const database = new URL(url).pathname;
  const name = `worker_${database.slice(-8)}`;
  // By the name that the database has in the compose file: to Docket it is another machine.
  const address = (user: string, word: string) =>
    `postgres://${user}:${encodeURIComponent(word)}@postgres:${server.port}${database}?sslmode=disable`;
  const owner = new URL(url);
  const values = {
    owner: address(owner.username, decodeURIComponent(owner.password)),
    worker: address(name, password),
    key: 'a-key-of-nobody',
  };
  const reports = join(scratch, `reports-${file}`);
  cpSync(join(project, 'reports'), reports, { recursive: true });
  chownSync(reports, worker.user, worker.user);
  const start = (deployed: Deployed, words = deployed.words) => {
    const container = new Container(scratch, deployed.options({ project, reports, values, scratch, words }));
    running.add(container);
    void container.ended.then(() => running.delete(container));
    return container;
  };
  const step = (what: string, cameOut: string, isRight: boolean, container?: Container) => {
    report(file, what, cameOut, isRight);
    if (!isRight && container) console.log(container.printed);
  };

  const made = start(migrate);
  const { code } = await made.ended;
  step('the tables are made by their owner', `exit ${code}`, code === 0, made);
  if (code !== 0) return;
  const roles = start(migrate, [...migrate.words.slice(0, -1), 'roles']);
  const rolesEnd = await roles.ended;
  await runSql(url, `${roles.printed}; CREATE ROLE ${name} LOGIN PASSWORD '${password}' IN ROLE docket_worker;`);
  step('the roles that it prints are taken by psql, and a login of docket_worker', `exit ${rolesEnd.code}`, rolesEnd.code === 0, roles);

  const kept = Array.from({ length: worker.replicas }, () => new KeptContainer(() => start(worker)));
  for (const one of kept) await one.until('Press Ctrl-C');
  const user = runSqlUser(
    await runSql(url, 'SELECT usename FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()'),
  );
  step(`${worker.replicas} workers start, with nothing to write in but ${worker.writable.join(', ')}`, `as ${user}`, user === name);

  const begun = performance.now();
  const planned = start(planner);
  while ((await stored(url)) < 60) await wait(100);
  const told = kept[1]?.now;
  const toldAt = performance.now();
  told?.signal('SIGTERM');
  const toldEnd = await told?.ended;
  const drained = (performance.now() - toldAt) / 1000;
  step(
    'a worker that is told to end ends what it has begun, and is started again',
    `exit ${toldEnd?.code} after ${drained.toFixed(1)} s of ${worker.graceSeconds} s`,
    toldEnd?.code === 143 && drained < worker.graceSeconds && / 0 failed\./.test(told?.printed ?? ''),
    told,
  );
  await kept[1]?.until('Press Ctrl-C');
  while ((await stored(url)) < 120) await wait(100);
  const before = await workerIds(url);
  const killedAt = performance.now();
  kept[0]?.now.signal('SIGKILL');
  while (before.isSubsetOf(await workerIds(url))) await wait(100);
  const missed = (performance.now() - killedAt) / 1000;
  step('a worker that is killed with -9 is missed', `after ${missed.toFixed(0)} s`, missed < 30);
  const end = await planned.ended;
  const all = cases * trials;
  const there = await stored(url);
  const written = JSON.parse(readFileSync(join(reports, 'evaluation.json'), 'utf8')) as { readonly trials: { readonly run: number } };
  step(
    `${all} trials of ${seconds} s, while one worker is killed with -9 and one is told to end`,
    `exit ${end.code}, ${there} stored, ${written.trials.run} told, ${((performance.now() - begun) / 1000).toFixed(0)} s`,
    end.code === 0 && there === all && written.trials.run === all,
    planned,
  );
  await kept[0]?.until('Press Ctrl-C');
  step(
    'most memory of a worker',
    `${Math.max(...kept.map(({ now }) => now.peakMemory))} MB`,
    kept.every(({ now }) => now.peakMemory < 1024),
  );

  const again = start(planner);
  const againEnd = await again.ended;
  step(
    'the same command again runs nothing',
    `exit ${againEnd.code}, ${await stored(url)} stored`,
    againEnd.code === 0 && (await stored(url)) === all,
    again,
  );

  // A trial that outlasts the drain is left to others, and its worker ends before it is killed.
  writeCase(project, 'long', 600);
  const waiting = start(planner);
  const holder = await whoRuns(url, kept);
  const heldAt = performance.now();
  for (const one of kept) one.isKept = false;
  holder.now.signal('SIGTERM');
  const holderEnd = await Promise.race([holder.now.ended, wait(worker.graceSeconds * 1000)]);
  const took = (performance.now() - heldAt) / 1000;
  step(
    'a trial that outlasts the drain is left to others within the time that there is',
    holderEnd ? `exit ${holderEnd.code} after ${took.toFixed(0)} s of ${worker.graceSeconds} s` : 'it had to be killed',
    holderEnd?.code === 143,
    holder.now,
  );
  rmSync(join(project, 'cases/long.json'));
  waiting.signal('SIGTERM');
  const waitingEnd = await waiting.ended;
  step(
    'a planner that is told to end says how to go on',
    `exit ${waitingEnd.code}`,
    waitingEnd.code === 143 && waiting.printed.includes('Continue with'),
    waiting,
  );
  for (const { now } of kept) now.signal('SIGKILL');
}

function report(file: string, what: string, cameOut: string, isRight: boolean): void {
  if (!isRight) failures += 1;
  console.log(tableRow([file, what, cameOut, isRight ? 'yes' : '**no**']));
}

async function stored(url: string): Promise<number> {
  const [row] = await runSql(url, 'SELECT count(*)::integer AS trials FROM docket.trials');
  return Number(row?.trials);
}

async function workerIds(url: string): Promise<Set<unknown>> {
  return new Set((await runSql(url, 'SELECT id FROM docket.job_workers')).map(({ id }) => id));
}

/** The worker that has the one trial that is left. */
async function whoRuns(url: string, kept: readonly KeptContainer[]): Promise<KeptContainer> {
  for (let waited = 0; waited < 60_000; waited += 200) {
    const rows = await runSql(url, `SELECT runs_in FROM docket.job_workers WHERE holds <> '[]'`);
    // Each has process numbers of its own, so they are told apart by what they hold open.
    if (rows.length > 0) {
      await wait(1000);
      const found = kept.find(({ now }) => now.runs('decide.sh'));
      if (found) return found;
    }
    await wait(200);
  }
  throw new Error('Nobody took the long trial.');
}

function runSqlUser(rows: readonly Record<string, unknown>[]): string {
  return [...new Set(rows.map(({ usename }) => String(usename)))].sort().join(', ');
}

/** A repository of another layout, of root's as an image's files are: the agent is a shell script in a folder of its own. */
function installedProject(): string {
  const directory = join(scratch, 'app');
  mkdirSync(join(directory, 'desk'), { recursive: true });
  const [given] = process.argv.slice(2);
  if (given !== undefined) {
    for (const name of ['package.json', 'package-lock.json', 'node_modules'])
      cpSync(join(given, name), join(directory, name), { recursive: true, verbatimSymlinks: true });
  } else {
    const tarball = packTarball(directory);
    const packages = { 'docket-evals': `file:${tarball}`, zod: '^4.0.0' };
    writeFileSync(
      join(directory, 'package.json'),
      JSON.stringify({ name: 'desk', private: true, type: 'module', devDependencies: packages }),
    );
    new InstalledProject(directory, directory, managers.npm).install();
  }
  cpSync(join(workerFiles, 'entrypoint.sh'), join(directory, 'entrypoint.sh'));
  writeFileSync(join(directory, '.gitignore'), readFileSync(join(workerFiles, '.dockerignore'), 'utf8'));
  writeFileSync(
    join(directory, 'desk/decide.sh'),
    `seconds=$(sed 's/.*"seconds": *\\([0-9]*\\).*/\\1/')\nsleep "$seconds"\nprintf '{"approved": true, "user": "%s"}\\n' "$(id -u)"\n`,
  );
  writeFileSync(
    join(directory, 'docket.config.ts'),
    `import { commandAgent, expectedDecision } from 'docket-evals';
import { z } from 'zod';
const agent = commandAgent({
  name: 'desk', command: ['sh', 'desk/decide.sh'], source: import.meta.url, reads: ['desk/**'], input: z.strictObject({ seconds: z.number(), number: z.number() }),
  decision: z.strictObject({ approved: z.boolean(), user: z.string() }), scorers: [expectedDecision({ approvalField: 'approved' })],
  versions: { v1: { deadlineMs: 1_000_000 } },
});
export default { agent, cases: 'cases', current: 'v1', trials: ${trials} };
`,
  );
  mkdirSync(join(directory, 'cases'));
  mkdirSync(join(directory, 'reports'));
  mkdirSync(join(directory, '.docket'));
  for (let number = 1; number <= cases; number += 1) writeCase(directory, `case-${number}`, seconds, number);
  for (const words of [
    ['init', '--quiet'],
    ['add', '.'],
    ['-c', 'user.name=walk', '-c', 'user.email=walk@example.org', 'commit', '--quiet', '-m', 'The agent'],
  ])
    execFileSync('git', words, { cwd: directory });
  return directory;
}

function writeCase(directory: string, id: string, takes: number, number = 0): void {
  const label = { decision: { approved: true, user: '1000' }, source: 'policy', rationale: 'All are.', reviewers: [{ kind: 'policy' }] };
  const input = { seconds: takes, number };
  writeFileSync(join(directory, `cases/${id}.json`), JSON.stringify({ id, title: id, input, label, origin: { kind: 'designed' } }));
}

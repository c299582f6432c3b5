import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RunKeeper, type RunStart } from './keep-run.ts';
import { readRun, runIds, runProcess } from './read-runs.ts';
import { runFolder } from './run-folder.ts';

let root: string;
const warnings: string[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'docket-runs-'));
  warnings.length = 0;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

let second = 0;
const start = (more: Partial<RunStart> = {}) => {
  second += 1;
  return new RunKeeper(root, {
    kind: 'eval',
    command: 'docket eval',
    words: ['eval'],
    environment: {},
    now: () => new Date(Date.UTC(2026, 10, 1) + second * 1000),
    warn: (message) => warnings.push(message),
    ...more,
  });
};
const trial = (caseId: string, end: 'p' | 'f' | 'i') =>
  ({ version: 'v1', caseId, number: 1, end, harmful: end === 'f', reused: false, dollars: 0.5 }) as const;

test('a run is kept with what its trials came to, and without secrets', () => {
  const secret = 'sk-ant-1234567890abcdef';
  const keeper = start({
    command: `docket eval --series ${secret}`,
    words: ['eval', '--series', secret],
    environment: { MY_API_KEY: secret },
  });
  keeper.plan({ agent: 'desk', mode: 'simulated', versions: [{ name: 'v1' }, { name: 'constructor' }], cases: 2, wanted: 4 });
  keeper.trial(trial('a', 'p'));
  keeper.trial(trial('a', 'f'));
  keeper.trial(trial('b', 'i'));
  keeper.trial({ ...trial('b', 'p'), version: 'constructor', dollars: undefined });
  keeper.end({ state: 'done', exitCode: 1, verdict: { name: 'failed', tone: 'bad', reason: 'One failed.' } });
  const run = readRun(root, keeper.id);
  expect(run).toMatchObject({
    state: 'done',
    versions: [
      { name: 'v1', passes: 1, runs: 2, harm: 1, infraErrors: 1, dollars: 1.5 },
      { name: 'constructor', passes: 1, runs: 1, harm: 0, infraErrors: 0 },
    ],
    trials: { done: 4, wanted: 4, reused: 0 },
  });
  expect(run?.versions[1]).not.toHaveProperty('dollars');
  expect(run).not.toHaveProperty('words');
  expect(
    readdirSync(keeper.folder)
      .map((name) => readFileSync(join(keeper.folder, name), 'utf8'))
      .join(''),
  ).not.toContain(secret);
  expect(readFileSync(join(keeper.folder, 'cases.ndjson'), 'utf8')).toBe('["a",[[1,2],[0,0]]]\n["b",[[0,0],[1,1]]]\n');
  expect(readFileSync(join(root, '.docket/runs/.gitignore'), 'utf8')).toBe('*\n');
  expect(warnings).toEqual([]);
});

test('a run whose process is killed is broken off: never running, and never passed', async () => {
  const module = new URL('keep-run.ts', import.meta.url).href;
  const script = `import { RunKeeper } from '${module}';
    const keeper = new RunKeeper(process.argv[1], { kind: 'eval', command: 'docket eval', environment: {}, warn: console.error });
    keeper.plan({ versions: [{ name: 'v1' }], cases: 1, wanted: 2 });
    console.log(keeper.id);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, root], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [id] = await once(child.stdout.setEncoding('utf8'), 'data').then(([text]) => [String(text).trim()]);
  const running = readRun(root, id ?? '');
  expect(running?.state).toBe('running');
  expect(running && runProcess(root, running)).toBe(child.pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const broken = readRun(root, id ?? '');
  expect(broken?.state).toBe('broken');
  expect(broken && runProcess(root, broken)).toBeUndefined();
});

test('what cannot be written is told once, and the run goes on', () => {
  mkdirSync(join(root, '.docket'));
  writeFileSync(join(root, '.docket/runs'), 'a file in the way');
  const keeper = start();
  keeper.plan({ versions: [{ name: 'v1' }], cases: 1 });
  keeper.trial(trial('a', 'p'));
  keeper.end({ state: 'done' });
  expect(warnings).toEqual([expect.stringMatching(/^This run is not kept for docket ui: .*\(EEXIST|ENOTDIR\).* The run itself goes on/)]);
  expect(runIds(root)).toEqual([]);
});

test('what is lost half way is told once, too, and leaves no run that seems to go on', () => {
  const keeper = start();
  keeper.plan({ versions: [{ name: 'v1' }], cases: 1 });
  rmSync(keeper.folder, { recursive: true });
  for (let number = 0; number < 3; number += 1) keeper.trial(trial('a', 'p'));
  keeper.end({ state: 'done' });
  expect(warnings).toHaveLength(1);
  expect(runIds(root)).toEqual([]);
});

test('the oldest runs are forgotten, by number and by size, and never one that goes on or the newest', () => {
  const going = start();
  const kept = [1, 2, 3].map(() => {
    const keeper = start({ environment: { DOCKET_RUNS_KEPT: '3', DOCKET_RUNS_MEGABYTES: '1' } });
    keeper.end({ state: 'done' });
    return keeper.id;
  });
  expect(runIds(root)).toEqual([...kept.toReversed(), going.id]);
  const large = start({ environment: { DOCKET_RUNS_KEPT: '3', DOCKET_RUNS_MEGABYTES: '1' } });
  writeFileSync(join(large.folder, 'details-0.json.gz'), Buffer.alloc(2_000_000));
  large.end({ state: 'done' });
  expect(runIds(root)).toEqual([large.id, going.id]);
  going.end({ state: 'done' });
  expect(existsSync(runFolder(root, going.id))).toBe(true);
});

test('a run that has just ended stays, whatever its clock says of its age', () => {
  const others = [1, 2].map(() => {
    const keeper = start();
    keeper.end({ state: 'done' });
    return keeper.id;
  });
  const late = start({ now: () => new Date(0), environment: { DOCKET_RUNS_KEPT: '2' } });
  late.end({ state: 'done' });
  expect(runIds(root)).toEqual([others[1], late.id]);
});

test('the environment may want none to be kept, and a value that is no number is told', () => {
  start({ environment: { DOCKET_RUNS_KEPT: '0' } }).end({ state: 'done' });
  expect(existsSync(join(root, '.docket'))).toBe(false);
  expect(warnings).toEqual([]);
  start({ environment: { DOCKET_RUNS_KEPT: 'many' } }).end({ state: 'done' });
  expect(warnings).toEqual([expect.stringContaining('DOCKET_RUNS_KEPT=many is no whole number, so 200 holds')]);
  expect(runIds(root)).toHaveLength(1);
});

test('a folder of another Docket, an empty one and a damaged one are no runs, and stop nothing', () => {
  for (const [name, text] of [
    ['20260101-000000-aaaaaa', '{"schemaVersion":2,"id":"20260101-000000-aaaaaa"}'],
    ['20260101-000000-bbbbbb', '{"sche'],
    ['20260101-000000-cccccc', undefined],
  ] as const) {
    mkdirSync(runFolder(root, name), { recursive: true });
    if (text !== undefined) writeFileSync(join(runFolder(root, name), 'run.json'), text);
    expect(readRun(root, name)).toBeUndefined();
  }
  const keeper = start();
  keeper.end({ state: 'done' });
  expect(warnings).toEqual([]);
  expect(readRun(root, keeper.id)?.state).toBe('done');
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseBaseline } from '../../gate/baseline-file.ts';
import { type GateProject, gateFiles, gateProject } from '../testing/gate-project.ts';
import { runHere } from '../testing/run-here.ts';

const file = 'reports/baseline.json';
const main = gateProject();
beforeAll(async () => {
  const { stdout, stderr, code } = await runHere(['baseline', 'accept', '--trials', '4'], main);
  expect(stderr).toContain('16 trials needed; stored ones are reused');
  expect(stdout).toContain('epoch 1, started over: there was no baseline\n 16 of 16 passed (100 %), 4 cases, at least 4 runs each');
  expect(stdout).toContain('commit it on main');
  expect(code).toBe(0);
  main.commit('The baseline');
});
afterAll(() => main[Symbol.dispose]());

const baselineOf = (project: GateProject) => parseBaseline(project.read(file), file);
const total = (project: GateProject) => baselineOf(project).cases.reduce((sum, { runs }) => sum + runs, 0);

describe('docket baseline accept', () => {
  it('adds runs up to the most, and keeps the epoch', async () => {
    using project = main.branch();
    const { code } = await runHere(['baseline', 'accept', '--trials', '4', '--most', '6', '--json'], project);
    expect(baselineOf(project)).toMatchObject({ epoch: 1, cases: Array(4).fill({ runs: 6, passes: 6, harm: 0 }) });
    await runHere(['baseline', 'accept', '--most', '6'], project);
    expect(total(project)).toBe(24);
    expect(code).toBe(0);
  });

  it('begins a new epoch, with new runs only, when main no longer passes as its stored runs say', async () => {
    using project = main.branch();
    const stored = baselineOf(project);
    // As a model left it that failed one case each time; it passes now.
    const cases = stored.cases.map((row) => (row.id === 'heavy' ? { ...row, passes: 0, runs: 10, harm: 10 } : row));
    project.write(file, { ...stored, cases });
    const { stdout, code } = await runHere(['baseline', 'accept', '--trials', '8'], project);
    expect(stdout).toContain('epoch 2, started over: main itself has moved: the case heavy does not pass as its stored runs say (p = ');
    expect(baselineOf(project)).toMatchObject({ epoch: 2, cases: Array(4).fill({ runs: 8, passes: 8, harm: 0 }) });
    expect(code).toBe(0);
  });

  it('begins anew when the version changed, and says so', async () => {
    using project = main.branch();
    project.write('prompts/v1.md', 'You are a clerk. Be kind.\n');
    const { stdout } = await runHere(['baseline', 'accept', '--trials', '2'], project);
    expect(stdout).toContain('epoch 2, started over: the version changed');
    expect(baselineOf(project).cases.find(({ id }) => id === 'heavy')).toMatchObject({ passes: 0, runs: 2, harm: 2 });
  });

  it('keeps the counts of the other cases when a label or an input changes', async () => {
    using project = main.branch();
    project.write('cases/heavy.json', gateFiles.parcel('heavy', 30, true));
    project.write('cases/light.json', gateFiles.parcel('light', 6, true));
    await runHere(['baseline', 'accept', '--trials', '1'], project);
    const runs = Object.fromEntries(baselineOf(project).cases.map((row) => [row.id, `${row.passes}/${row.runs}`]));
    expect(runs).toEqual({ 'at-limit': '5/5', heavy: '0/1', light: '1/1', 'over-limit': '5/5' });
  });

  it('writes nothing when something could not be run', async () => {
    using project = main.branch();
    const before = project.read(file);
    project.write('prompts/v1.md', 'Take no parcel over the limit. Heavy ones are out of reach.\n');
    const { code, stderr } = await runHere(['baseline', 'accept'], project);
    expect(stderr).toContain('The line is dead.');
    expect(code).toBe(3);
    expect(project.read(file)).toBe(before);
  });

  it('says before the first run what a live count will cost, and what it would where it is simulated', { tags: ['slow'] }, async () => {
    using project = main.branch();
    const again = await runHere(['baseline', 'accept', '--trials', '4'], project);
    expect(again.stderr).toMatch(/16 trials to run, about \$0\.\d+ if live by what 16 stored simulated trials used/);
    // Nobody answers, so that what is printed was printed before.
    const server = createServer((_, response) => response.writeHead(401, { 'content-type': 'application/json' }).end('{}')).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const environment = { ANTHROPIC_API_KEY: 'a-key', ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}` };
    const live = await runHere(['baseline', 'accept', '--mode', 'live', '--trials', '10'], { directory: project.directory, environment });
    server.close();
    expect(live.stderr).toMatch(
      /live model: 40 trials to pay for \(320 requests at most\), about \$0\.\d+ \(Anthropic's price list of November 2026\) by what 32 stored simulated trials used; a real model may/,
    );
    expect(live.code).not.toBe(0);
  });

  it('never turns a live baseline into a simulated one by itself', async () => {
    using project = main.branch();
    project.write(file, project.read(file).replace('"simulated"', '"live"'));
    const [kept, asked] = [
      await runHere(['baseline', 'accept'], project),
      await runHere(['baseline', 'accept', '--mode', 'simulated', '--trials', '1'], project),
    ];
    expect(kept.stderr).toContain('ANTHROPIC_API_KEY');
    expect(kept.code).toBe(2);
    expect(asked.stdout).toContain('the mode changed from live to simulated');
  });
});

describe('docket baseline refresh', () => {
  it('opens a new epoch with new runs', async () => {
    using project = main.branch();
    const { stdout } = await runHere(['baseline', 'refresh', '--trials', '3'], project);
    expect(stdout).toContain('epoch 2, started over: a new epoch was requested');
    expect(total(project)).toBe(12);
  });

  it('mends a damaged file, and never passes old runs off as new ones', async () => {
    using project = main.branch();
    project.write(file, '<<<<<<< HEAD\n');
    const refused = await runHere(['baseline', 'accept'], project);
    expect(refused.stderr).toContain('docket baseline refresh');
    expect(refused.code).toBe(2);
    const mended = await runHere(['baseline', 'refresh', '--trials', '2'], project);
    expect(mended.code).toBe(0);
    expect(baselineOf(project).epoch).toBe(2);
  });
});

describe('docket baseline show', () => {
  it('shows each case with its bounds, and what keeps a gate from relying on it', async () => {
    using project = main.branch();
    project.write('cases/feather.json', gateFiles.parcel('feather', 1, true));
    project.write('cases/light.json', gateFiles.parcel('light', 5, false));
    project.remove('cases/heavy.json');
    const { stdout, code } = await runHere(['baseline', 'show'], project);
    // Wilson's bounds of 4 of 4: 4 / (4 + 1.96^2) = 51 %.
    expect(stdout).toMatch(/over-limit +4\/4 +51 % to 100 % +0/);
    expect(stdout).toMatch(/feather +– +new, no counts/);
    expect(stdout).toMatch(/light +4\/4 .* label changed since/);
    expect(stdout).toMatch(/heavy +4\/4 .* no such case here/);
    expect(stdout).toContain('epoch 1, recorded today');
    expect(stdout).toContain('2 of 4 cases have fewer than 10 runs');
    expect(stdout).toContain('Counts for cases that no longer exist: heavy');
    expect(code).toBe(0);
  });

  it('says that it is old, or of another version', async () => {
    using project = main.branch();
    project.write('prompts/v1.md', 'You are a clerk. Be kind.\n');
    project.write(file, project.read(file).replace(/"recordedAt": "[^"]+"/, '"recordedAt": "2026-01-02T03:04:05.000Z"'));
    const { stdout } = await runHere(['baseline', 'show', '--json'], project);
    const shown = JSON.parse(stdout) as { readonly ageDays: number; readonly warnings: string[]; readonly cases: object[] };
    expect(shown.cases[0]).toMatchObject({ id: 'at-limit', state: 'known', passes: 4, runs: 4, harm: 0, high: 1 });
    expect(shown.warnings).toEqual([
      expect.stringContaining('another version'),
      expect.stringContaining('fewer than 10 runs'),
      `It is ${shown.ageDays} days old, and the provider may have changed the model since. To start over: docket baseline refresh.`,
    ]);
  });

  it('says what to do where there is none', async () => {
    using project = main.branch();
    project.remove(file);
    const { code, stderr } = await runHere(['baseline', 'show'], project);
    expect(stderr).toContain('docket baseline accept');
    expect(code).toBe(2);
  });
});

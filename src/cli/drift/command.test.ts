import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Baseline } from '../../gate/baseline-file.ts';
import type { Model } from '../../model/model.ts';
import { simulatedModel } from '../../model/simulated.ts';
import type { Simulator } from '../../model/simulator.ts';
import { serveModel } from '../../model/stand-in/serve-model.ts';
import { type GateProject, gateProject } from '../testing/gate-project.ts';
import { parcelDesk } from '../testing/parcel-desk.ts';
import { runHere } from '../testing/run-here.ts';

const file = 'reports/baseline.json';
const main = gateProject();
beforeAll(async () => {
  await runHere(['baseline', 'accept', '--trials', '10'], main);
  main.commit('The baseline');
});
afterAll(() => main[Symbol.dispose]());

/** The counts of one case as if they had come out otherwise. */
function recount(project: GateProject, id: string, passes: number, runs: number): void {
  const baseline = JSON.parse(project.read(file)) as Baseline;
  const cases = baseline.cases.map((row) => (row.id === id ? { ...row, passes, runs, harm: runs - passes } : row));
  project.write(file, { ...baseline, cases });
}

describe('docket drift', () => {
  it('says that main is as it was, runs nothing twice a day, and leaves the baseline alone', async () => {
    using project = main.branch();
    const before = project.read(file);
    const first = await runHere(['drift'], project);
    expect(first.stdout).toContain('epoch 1');
    expect(first.stdout).toContain('20 run, 0 reused');
    expect(first.stdout).toContain('✓ Main passes as its stored runs say: 100 % of its runs now, 100 % of the stored ones (p = 1).');
    expect(first.stdout).toMatch(/So many runs show a drop of [\d.]+ points across the suite four times out of five/);
    const again = JSON.parse((await runHere(['drift', '--json'], project)).stdout);
    expect(again).toMatchObject({ kind: 'drift', moved: null, mode: 'simulated', epoch: 1, trials: { run: 0, reused: 20 } });
    const anew = JSON.parse((await runHere(['drift', '--fresh', '--trials', '1', '--json'], project)).stdout);
    expect(anew.trials).toEqual({ run: 4, reused: 0 });
    expect(project.read(file)).toBe(before);
    expect(first.code).toBe(0);
    // Nor does what was run for it ever count as main's.
    const accepted = JSON.parse((await runHere(['baseline', 'accept', '--trials', '1', '--json'], project)).stdout);
    expect(accepted.baseline.cases.map(({ runs }: { runs: number }) => runs)).toEqual([11, 11, 11, 11]);
  });

  it('names the case that moved, by the exact test, in either direction, with the same file as before', async () => {
    using project = main.branch();
    recount(project, 'heavy', 0, 10);
    const stored = project.read(file);
    const { stdout, code } = await runHere(['drift', '--json'], project);
    const told = JSON.parse(stdout);
    expect(told.moved.caseId).toBe('heavy');
    // 0 of 10 against 5 of 5: 1 / C(15, 5) = 1 / 3003, twice for both directions, twice for both looks, times four cases.
    expect(told.moved.pValue).toBeCloseTo((2 * 2 * 4) / 3003, 12);
    expect(told.cases).toContainEqual({ id: 'heavy', stored: { passes: 0, runs: 10 }, now: { passes: 5, runs: 5 } });
    expect(told.sentence).toBe(
      'Main has moved, though nothing changed here: the case heavy passes in 5 of 5 runs now, and did in 0 of 10 (p = 0.0053).',
    );
    const shown = await runHere(['drift'], project);
    expect(shown.stdout).toContain(`✗ ${told.sentence}`);
    expect(shown.stdout).toContain('heavy  now 5/5, stored 0/10');
    expect(shown.stdout).toContain('docket baseline refresh');
    expect([code, shown.code]).toEqual([1, 1]);
    expect(project.read(file)).toBe(stored);
  });

  it('leaves out what is not as it was counted, and says so', async () => {
    using project = main.branch();
    const heavy = JSON.parse(project.read('cases/heavy.json'));
    project.write('cases/heavy.json', { ...heavy, input: { ...heavy.input, weight: 31 } });
    project.write('cases/new.json', { ...heavy, id: 'new', input: { ...heavy.input, weight: 32 } });
    const { stdout, code } = await runHere(['drift', '--trials', '1', '--json'], project);
    expect(JSON.parse(stdout)).toMatchObject({
      trials: { run: 3 },
      leftOut: [
        { id: 'heavy', why: 'its input changed since' },
        { id: 'new', why: 'the baseline does not have it' },
      ],
    });
    expect(code).toBe(0);
  });

  it.each([
    [
      'another version',
      (project: GateProject) => project.write('prompts/v1.md', 'You are a clerk. Be kind.\n'),
      'is not the version that the baseline is of',
    ],
    [
      'recorded answers',
      (project: GateProject) => project.write(file, { ...JSON.parse(project.read(file)), mode: 'recorded' }),
      'recorded answers never change. Watch the provider by a baseline of live trials',
    ],
    ['no baseline', (project: GateProject) => project.git('rm', '--quiet', file), 'There is no'],
    [
      'other scorers',
      (project: GateProject) => project.write(file, { ...JSON.parse(project.read(file)), scorerHash: '0'.repeat(64) }),
      'the scorers changed',
    ],
  ])('has nothing to compare with: %s', async (_, change, said) => {
    using project = main.branch();
    change(project);
    const { stderr, code } = await runHere(['drift'], project);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain('needed; stored ones');
    expect(code).toBe(2);
  });
});

describe('docket drift with a live model', () => {
  it('says what it will cost, who answers now, and nothing at all where a run failed', async () => {
    using project = main.branch();
    const clerk = simulatedModel(parcelDesk.simulator as Simulator);
    let snapshot = 'claude-sonnet-4-6-20260901';
    const careless = simulatedModel(parcelDesk.simulator as Simulator, { slipRate: 1 });
    let answering = clerk;
    let announced = false;
    let down = false;
    let calls = 0;
    const model: Model = {
      get mode() {
        return announced ? 'simulated' : 'live';
      },
      create: async (...call) => {
        calls += 1;
        return { ...(await answering.create(...call)), model: snapshot };
      },
    };
    const server = await serveModel(model, { fault: () => (down ? { kind: 'status', status: 400 } : undefined) });
    onTestFinished(() => server.close());
    const environment = { ANTHROPIC_API_KEY: 'sk-ant-test-0123456789abcdef', ANTHROPIC_BASE_URL: server.url };
    const here = { directory: project.directory, environment };
    const accepted = await runHere(['baseline', 'accept', '--mode', 'live', '--trials', '2'], here);
    expect(accepted.stdout).toMatch(/each · \$0\.\d+ spent/);
    expect(accepted.code).toBe(0);
    snapshot = 'claude-sonnet-4-6-20261120';
    const moved = await runHere(['drift', '--trials', '1', '--budget', '5'], here);
    expect(moved.stderr).toMatch(/live model: 4 trials to pay for \(32 requests at most\), about \$0\.\d+ \(Anthropic's price list/);
    expect(moved.stdout).toContain('! the stored runs were answered by claude-sonnet-4-6-20260901, these by claude-sonnet-4-6-20261120');
    expect(moved.stdout).toMatch(/4 run, 0 reused · \$0\.\d+ spent/);
    expect(moved.code).toBe(0);
    answering = careless;
    const worse = await runHere(['drift', '--fresh'], here);
    // 2 of 2 against 0 of 5 in each of four cases: 1 / C(7, 2) ^ 4, twice for both directions, twice for both looks.
    expect((2 * 2) / 21 ** 4).toBeCloseTo(2.1e-5, 6);
    expect(worse.stdout).toContain(
      '✗ Main has moved, though nothing changed here: the suite passes in 0 % of its runs now, 100 % of the stored ones (p = 2.1e-5).',
    );
    expect(worse.code).toBe(1);
    const asked = calls;
    const spent = await runHere(['drift', '--fresh', '--budget', '0.0000001', '-j', '1'], here);
    expect(spent.stderr).toContain('Whether main has moved cannot be said, because a run failed: The budget of');
    expect([spent.code, spent.stdout, calls - asked]).toEqual([3, '', 1]);
    announced = true;
    const simulated = await runHere(['drift', '--fresh', '--trials', '1'], here);
    expect(simulated.stderr).toContain('a server that says it is a simulated model answered some of the trials');
    expect([simulated.code, simulated.stdout]).toEqual([3, '']);
    announced = false;
    down = true;
    const failed = await runHere(['drift', '--fresh'], here);
    expect(failed.stderr).toContain('Whether main has moved cannot be said, because a run failed');
    expect([failed.code, failed.stdout]).toEqual([3, '']);
  });
});

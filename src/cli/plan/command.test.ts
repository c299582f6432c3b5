import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gateFiles, gateProject } from '../testing/gate-project.ts';
import { runHere } from '../testing/run-here.ts';

const main = gateProject();
beforeAll(async () => {
  await runHere(['baseline', 'accept'], main);
  main.commit('The baseline');
});
afterAll(() => main[Symbol.dispose]());

describe('docket plan', () => {
  it('says what a verdict costs and what it can see, without a model', async () => {
    const { stdout, stderr, code } = await runHere(['plan'], main);
    expect(stdout).toMatch(
      /a verdict +\d+ model runs on average for an unchanged agent, about \$0\.0\d+\s+if live; nine\s+out\s+of\s+ten\s+stay/,
    );
    expect(stdout).toMatch(/at most +40 runs/);
    expect(stdout).toMatch(/one case +a drop of \d+ points is detected in 80 % of verdicts/);
    expect(stdout).toMatch(/stored runs +enough: every case has 10 or more/);
    expect(stdout).toMatch(/inconclusive +\d+\.\d % \(\d/);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  it('prints the same as JSON, with dollars turned into runs', async () => {
    const { stdout, code } = await runHere(['plan', '--budget', '$1', '--json'], main);
    const plan = JSON.parse(stdout) as { readonly budget: number; readonly dollars: { readonly each: number } };
    expect(plan).toMatchObject({ kind: 'plan', agent: 'parcel-counter', mode: 'simulated', cases: 4, usable: true, warnings: [] });
    expect(plan.budget).toBe(Math.floor(1 / plan.dollars.each));
    expect(code).toBe(0);
  });

  it('refuses a gate that could never pass or never block', async () => {
    const [pass, neither] = [await runHere(['plan', '--budget', '6', '--json'], main), await runHere(['plan', '--budget', '1'], main)];
    expect(JSON.parse(pass.stdout)).toMatchObject({
      usable: false,
      warnings: expect.arrayContaining([expect.objectContaining({ code: 'could-never-pass' })]),
    });
    expect(neither.stderr).toContain('No candidate could pass');
    expect(neither.stderr).toContain('No candidate could be blocked');
    expect([pass.code, neither.code]).toEqual([2, 2]);
  });

  it('warns of new cases and few runs', async () => {
    using project = main.branch();
    project.write('cases/feather.json', gateFiles.parcel('feather', 1, true));
    const { stdout } = await runHere(['plan'], project);
    expect(stdout).toContain('1 of 5 cases have no baseline');
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /feather needs 10 more \(docket baseline accept --trials 10 --most 10\): then about \d+ %/,
    );
  });

  it.each(['0', '-5', '$0', '5 apples', '1.5'])('refuses the budget %j', async (budget) => {
    const { code, stderr } = await runHere(['plan', `--budget=${budget}`], main);
    expect(stderr).toMatch(/Expected a number of model runs|above 0/);
    expect(code).toBe(2);
  });
});

describe('docket selfcheck', () => {
  it('says how often unchanged and known-bad versions are blocked, the same for the same seed', async () => {
    const words = ['selfcheck', '--repetitions', '60', '--json'];
    const [first, second] = [await runHere(words, main), await runHere(words, main)];
    const check = JSON.parse(first.stdout) as { readonly unchanged: { readonly blocked: { readonly low: number } } };
    expect(first.stdout).toBe(second.stdout);
    expect(check).toMatchObject({
      promised: 0.05,
      faults: [],
      knownBad: expect.arrayContaining([expect.objectContaining({ name: 'one case always wrong' })]),
    });
    expect(check.unchanged.blocked.low).toBeLessThanOrEqual(0.05);
    expect(first.code).toBe(0);
  });

  it('prints a table and the word it keeps', async () => {
    const { stdout, code } = await runHere(['selfcheck', '--repetitions', '40', '--seed', '7'], main);
    expect(stdout).toMatch(/one case always wrong +\d+\.\d % \(/);
    expect(stdout).toContain('✓ The gate keeps its promise here: at most 5 % false blocks, and it can block.');
    expect(code).toBe(0);
  });

  it('fails for a gate that never blocks', async () => {
    using project = main.branch();
    project.write(
      'docket.config.ts',
      gateFiles.config({ gate: { budget: 1, depth: 1, rounds: 1, retryCap: 0, alphaCase: 1e-9, alphaSuite: 1e-9 } }),
    );
    const { stdout, code } = await runHere(['selfcheck', '--repetitions', '20'], project);
    expect(stdout).toContain('was ever blocked');
    expect(code).toBe(1);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Baseline, parseBaseline } from '../../gate/baseline-file.ts';
import { type GateProject, gateFiles, gateProject, soundPrompt } from '../testing/gate-project.ts';
import { changing, judge, laxPrompt } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const file = 'reports/baseline.json';
const baselineOf = (project: GateProject): Baseline => parseBaseline(project.read(file), file);
const outOf = (project: GateProject) =>
  baselineOf(project)
    .cases.filter(({ quarantined }) => quarantined)
    .map(({ id }) => id);
/** The agent takes every parcel up to the limit, so it fails this one. */
const misjudged = (id: string, weight: number, more: object = {}) => gateFiles.parcel(id, weight, false, more);

const main = gateProject();
beforeAll(async () => {
  main.write('cases/damp.json', misjudged('damp', 7));
  const { stdout } = await runHere(['baseline', 'accept', '--trials', '20'], main);
  expect(stdout).toContain('no longer judged, because main itself fails it too often: damp');
  main.commit('The baseline');
});
afterAll(() => main[Symbol.dispose]());

describe('a case that main itself fails', () => {
  it('is marked in the committed file after 20 runs, and told before a gate is run', async () => {
    expect(baselineOf(main).cases.find(({ id }) => id === 'damp')).toMatchObject({ passes: 0, runs: 20, quarantined: true });
    expect(outOf(main)).toEqual(['damp']);
    const [plan, show] = [await runHere(['plan', '--json'], main), await runHere(['baseline', 'show'], main)];
    expect(JSON.parse(plan.stdout)).toMatchObject({ cases: 4, usable: true, warnings: [{ code: 'quarantine' }] });
    expect(show.stdout).toContain('not judged: main fails it');
  });

  it('is not run, and the verdict says what can no longer be seen', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': `${soundPrompt}Be brief.\n` });
    const { verdict, stdout } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'pass', basis: 'tested' });
    expect('cases' in verdict && verdict.cases.map(({ id }) => id)).toEqual(['at-limit', 'heavy', 'light', 'over-limit']);
    const said = '1 of 5 cases is not judged, because main itself fails it (passed damp: 0 of 20): a drop of up to 0 points';
    expect(verdict.notices).toContainEqual(expect.objectContaining({ kind: 'quarantine', message: expect.stringContaining(said) }));
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('1 of 5 cases is not judged');
  });

  it('judges again once main passes it in four of five runs, and not before', { tags: ['slow'] }, async () => {
    using project = main.branch();
    const marked = (passes: number): Baseline => {
      const stored = baselineOf(main);
      const cases = stored.cases.map((row) =>
        row.id === 'heavy' ? { ...row, passes, harm: 20 - passes, quarantined: true as const } : row,
      );
      return { ...stored, cases };
    };
    // Heavy passes all its new runs: 15 of 20 become 16 of 21.
    project.write(file, marked(15));
    await runHere(['baseline', 'accept', '--trials', '1'], project);
    expect(outOf(project)).toEqual(['damp', 'heavy']);
    // 12 of 20, and now 20 of 20: main has moved, and its new epoch is clean.
    project.write(file, marked(12));
    const { stdout } = await runHere(['baseline', 'accept', '--trials', '20'], project);
    expect(stdout).toContain('judged again, because main passes it often enough: heavy');
    expect(outOf(project)).toEqual(['damp']);
  });

  it('stays out where a new version begins new counts, and is never a critical one', { tags: ['slow'] }, async () => {
    using project = main.branch();
    project.write('prompts/v1.md', `${soundPrompt}Be brief.\n`);
    await runHere(['baseline', 'accept', '--trials', '3'], project);
    expect(baselineOf(project)).toMatchObject({ epoch: 2 });
    expect(outOf(project)).toEqual(['damp']);
    project.write('cases/damp.json', misjudged('damp', 7, { critical: true }));
    await runHere(['baseline', 'accept', '--trials', '20'], project);
    expect(baselineOf(project).cases.find(({ id }) => id === 'damp')?.runs).toBe(23);
    expect(outOf(project)).toEqual([]);
  });
});

describe('a suite of which too few cases could judge', () => {
  it('passes nothing, says what to do, and blocks what got worse all the same', { tags: ['slow'] }, async () => {
    using flaky = main.branch();
    flaky.write('cases/torn.json', misjudged('torn', 8));
    flaky.write('cases/wet.json', misjudged('wet', 9));
    await runHere(['baseline', 'accept', '--trials', '20', '--most', '20'], flaky);
    expect(outOf(flaky)).toEqual(['damp', 'torn', 'wet']);
    flaky.git('switch', '--quiet', '--force-create', 'main');
    flaky.commit('The baseline');
    const plan = await runHere(['plan', '--json'], flaky);
    expect(JSON.parse(plan.stdout)).toMatchObject({
      cases: 7,
      warnings: expect.arrayContaining([expect.objectContaining({ code: 'too-flaky' })]),
    });
    using same = changing(flaky, { 'prompts/v1.md': `${soundPrompt}Be brief.\n` });
    const { verdict } = await judge(same);
    expect(verdict).toMatchObject({ verdict: 'inconclusive', cause: 'too-flaky', exitCode: 5 });
    expect(verdict.reason).toMatch(/^The suite is too flaky: main itself fails 3 of 7 cases .* On main, fix the agent there/);
    using worse = changing(flaky, { 'prompts/v1.md': laxPrompt });
    expect((await judge(worse)).verdict).toMatchObject({ verdict: 'regressed' });
  });
});

describe('a change that takes a case out by itself', () => {
  it('is judged by the case all the same, and the table of its rules says so', { tags: ['slow'] }, async () => {
    const stored = baselineOf(main);
    const cases = stored.cases.map((row) => (row.id === 'heavy' ? { ...row, quarantined: true } : row));
    using project = changing(main, { 'prompts/v1.md': laxPrompt, [file]: { ...stored, cases } });
    const { verdict } = await judge(project);
    expect(verdict.verdict).toBe('regressed');
    expect(verdict.ruleChanges).toContainEqual(expect.objectContaining({ field: expect.stringContaining('heavy.quarantined') }));
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GateProject, gateFiles, gateProject, soundPrompt } from '../testing/gate-project.ts';
import { changing, judge, laxPrompt } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

/** A clerk who turns his answer round in three of ten trials, on main already. */
const flakyPrompt = 'You are a clerk. Take no parcel over the limit, now and then.\n';

const steady = gateProject();
let flaky: GateProject;
beforeAll(async () => {
  steady.write('cases/heavy.json', gateFiles.parcel('heavy', 30, false, { critical: true }));
  steady.commit('The heavy parcel is critical');
  flaky = steady.branchAs('flaky');
  flaky.write('prompts/v1.md', flakyPrompt);
  flaky.git('branch', '--quiet', '--delete', '--force', 'main');
  flaky.git('switch', '--quiet', '--create', 'main');
  for (const project of [steady, flaky]) {
    await runHere(['baseline', 'accept'], project);
    project.commit('The baseline');
  }
});
afterAll(() => {
  steady[Symbol.dispose]();
  flaky?.[Symbol.dispose]();
});

describe('docket gate on a critical case', () => {
  it('blocks a candidate that always falsely approves it, by evidence inside the promise of 5 %', async () => {
    using project = changing(steady, { 'prompts/v1.md': laxPrompt });
    const { verdict, stdout } = await judge(project);
    if (verdict.verdict !== 'regressed') throw new Error(verdict.reason);
    expect(verdict).toMatchObject({
      accusation: { cause: 'critical', caseId: 'heavy' },
      evidence: { critical: { caseId: 'heavy', threshold: 200, baseline: { harm: 0, runs: 10 }, candidate: { harm: 4, runs: 4 } } },
    });
    expect(verdict.reason).toContain('has more false approvals: 4 of 4 runs of the candidate, 0 of 10 of main');
    expect(stdout).toMatch(/critical +heavy: false approvals in 4 of 4 runs, on main in 0 of 10; evidence [\d,]+/);
    expect(stdout).not.toContain('outside');
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/would have detected .* or harmful decisions in \d+ % of the runs of a critical case/);
  });

  it('neither blocks nor passes a candidate that falsely approves it twice as main does', { tags: ['slow'] }, async () => {
    using project = changing(flaky, { 'prompts/v1.md': `${flakyPrompt}Be brief.\n` });
    const { verdict, stdout } = await judge(project, ['--budget', '400']);
    expect(verdict).toMatchObject({ verdict: 'inconclusive', cause: 'harm', caseId: 'heavy', exitCode: 5 });
    expect(stdout).toContain('The critical case "heavy" had false approvals more than once');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('No number of runs lets it pass: main does it too');
    const lenient = await judge(project, ['--budget', '400', '--on-inconclusive', 'warn']);
    expect(lenient.verdict).toMatchObject({ verdict: 'inconclusive', cause: 'harm', exitCode: 5 });
  });

  it('passes a candidate that mended it', { tags: ['slow'] }, async () => {
    using project = changing(flaky, { 'prompts/v1.md': soundPrompt });
    expect((await judge(project, ['--budget', '400'])).verdict).toMatchObject({ verdict: 'pass', exitCode: 0 });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../contracts/verdict.ts';
import { type GateProject, gateFiles, gateProject, soundPrompt } from '../testing/gate-project.ts';
import { agentWith, changing, judge, laxPrompt, soundVersion } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const main = gateProject();
beforeAll(async () => {
  await runHere(['baseline', 'accept'], main);
  main.commit('The baseline');
});
afterAll(() => main[Symbol.dispose]());

const caseFile = (id: string) => `cases/${id}.json`;

describe('docket gate fails closed', () => {
  const broken = async (change: (project: GateProject) => void, words: readonly string[] = []) => {
    using project = main.branch();
    project.git('switch', '--quiet', 'main');
    change(project);
    project.commit('Main is broken');
    project.git('switch', '--quiet', '--create', 'next');
    project.write('prompts/v1.md', laxPrompt);
    // The candidate's own configuration is sound.
    project.write('docket.config.ts', main.read('docket.config.ts'));
    const { verdict } = await judge(project, words);
    // What main itself lacks is no fault of the candidate.
    expect([
      ['error', 2],
      ['not-evaluated', 4],
    ]).toContainEqual([verdict.verdict, verdict.exitCode]);
    // Where the gate keeps its checkout of main is no place to fix anything.
    expect(verdict.reason).not.toMatch(/docket[\\/]base/);
    return verdict.reason;
  };
  const baseline = 'reports/baseline.json';

  it('with a baseline that is damaged, of another agent or of another mode', { tags: ['slow'] }, async () => {
    expect(await broken((project) => project.write(baseline, '<<<<<<< HEAD\n'))).toContain('merge-conflict markers');
    expect(await broken((project) => project.write(baseline, project.read(baseline).replace('parcel-counter', 'other')))).toContain(
      '"other"',
    );
    expect(await broken(() => {}, ['--mode', 'recorded'])).toContain('never mixes modes');
  });

  it("naming main's files as main's, wherever it is checked out", { tags: ['slow'] }, async () => {
    expect(await broken((project) => project.write(baseline, '{'))).toContain("main's reports/baseline.json: not JSON");
    expect(await broken((project) => project.write('reports/waivers.json', '{}'))).toContain(
      "main's reports/waivers.json: expected a list",
    );
    expect(await broken((project) => project.write(caseFile('heavy'), '{\n  "id": }'))).toContain("main's cases/heavy.json:2");
    expect(await broken((project) => project.write('docket.config.ts', 'export default {}'))).toContain("main's docket.config.ts");
  });

  it('for a case that is gone, saying where its tombstone belongs', { tags: ['slow'] }, async () => {
    using project = changing(main, {});
    project.remove(caseFile('light'));
    project.write(caseFile('very-light'), gateFiles.parcel('very-light', 5, true));
    const { verdict } = await judge(project);
    expect(verdict.reason).toContain('the new case "very-light" has its input');
    expect(verdict.reason).toContain('Restore it, or move its line in reports/baseline.json from "cases" to "tombstones"');
  });

  it('for a ref or a version that is not there, and an amount that cannot be kept', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'agent.ts': agentWith({ v1: { ...soundVersion, model: 'nobody-knows' } }) });
    const [ref, version, price] = [
      await judge(project, ['--against', 'nowhere']),
      await judge(project, ['--candidate', 'v9']),
      await judge(project, ['--budget', '$1']),
    ];
    expect(ref.verdict.reason).toContain('nowhere');
    expect(version.verdict.reason).toContain('Known: v1');
    expect(price.verdict.reason).toContain('the price of nobody-knows is not known');
    for (const { code } of [ref, version, price]) expect(code).toBe(2);
  });

  it('for a case that was deleted, until a tombstone says why', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': `${soundPrompt}\n` });
    project.remove(caseFile('light'));
    const deleted = await judge(project);
    expect(deleted.verdict).toMatchObject({ verdict: 'error', exitCode: 2, reason: expect.stringContaining('"light"') });
    const file = JSON.parse(project.read(baseline)) as { cases: { id: string }[]; tombstones: object[] };
    file.cases = file.cases.filter(({ id }) => id !== 'light');
    file.tombstones.push({ id: 'light', removedOn: '2026-11-01', reason: 'Nobody sends light parcels.' });
    project.write(baseline, file);
    const buried = await judge(project);
    expect(buried.verdict).toMatchObject({ verdict: 'needs-approval', exitCode: 6 });
    expect(buried.stdout).toContain('light: Removed on 2026-11-01: Nobody sends light parcels.');
  });

  it('by taking an older verdict away before anything can go wrong', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': `${soundPrompt}\n` });
    await judge(project);
    using later = project.branchAs('later');
    later.write('docket.config.ts', 'nonsense');
    const { verdict } = await judge(later);
    expect(verdict).toMatchObject({ verdict: 'error', exitCode: 2 });
  });
});

describe('docket gate and the cases', () => {
  it("lists a changed label first, and judges both sides by main's", { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': laxPrompt, [caseFile('heavy')]: gateFiles.parcel('heavy', 30, true) });
    const { verdict, stdout } = await judge(project);
    expect(verdict).toMatchObject({
      verdict: 'regressed',
      accusation: { caseId: 'heavy' },
      notices: expect.arrayContaining([expect.objectContaining({ kind: 'label-changed', caseId: 'heavy' })]),
    });
    expect(verdict.notices[0]?.kind).toBe('label-changed');
    expect(stdout).toMatch(/label changed: main 10 of 10, candidate 0 of 4/);
  });

  it("is inconclusive where the candidate does not take a case's input, whatever else it passes", { tags: ['slow'] }, async () => {
    using project = changing(main, { 'agent.ts': gateFiles.agent().replace('z.number().positive()', 'z.number().positive().max(25)') });
    const { verdict, stdout } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'inconclusive', cause: 'input-refused', exitCode: 5 });
    expect(verdict.reason).toContain("does not accept the input of 1 case of main's (heavy)");
    expect(stdout).toContain("heavy: The candidate does not accept this case's input");
  });

  it.each([
    ['throws', "z.number().refine((weight) => { if (weight > 25) throw new Error('too heavy'); return true; })"],
    ['answers later', 'z.number().refine((weight) => (weight > 25 ? Promise.resolve(true) : true))'],
  ])('says the same of an input schema that %s', { tags: ['slow'] }, async (_, schema) => {
    using project = changing(main, { 'agent.ts': gateFiles.agent().replace('z.number().positive()', schema) });
    const { verdict } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'inconclusive', cause: 'input-refused', exitCode: 5 });
    expect(verdict.notices).toContainEqual(
      expect.objectContaining({
        caseId: 'heavy',
        message: expect.stringMatching(/The input schema of the agent "parcel-counter" (?:failed|waits)/),
      }),
    );
  });

  it('takes no label of the change for a reason to pass', { tags: ['slow'] }, async () => {
    using project = changing(main, {
      'prompts/v1.md': `${laxPrompt}`,
      [caseFile('heavy')]: gateFiles.parcel('heavy', 30, true),
      [caseFile('over-limit')]: gateFiles.parcel('over-limit', 21, true),
    });
    const { verdict } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'needs-approval', exitCode: 6 });
    expect(verdict.reason).toMatch(/It passes under the rules it proposes and fails \d of 4 cases under main's\./);
    expect(verdict).toMatchObject({ proposal: { byMain: expect.stringMatching(/^It fails \d of 4 cases\. The case "\S+" got worse/) } });
  });

  it('runs both sides on a new case', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': `${soundPrompt}\n`, [caseFile('feather')]: gateFiles.parcel('feather', 1, true) });
    const { verdict, stderr, stdout } = await judge(project);
    expect(verdict.verdict).toBe('pass');
    expect(stderr).toContain('main on feather');
    expect(stdout).toMatch(/feather +\+ new/);
  });

  it("scores stored transcripts of main anew when main's scorers changed, and runs main where there are none", {
    tags: ['slow'],
  }, async () => {
    using moved = main.branch();
    moved.git('switch', '--quiet', 'main');
    moved.write('agent.ts', gateFiles.agent({ scorer: 'package.json' }));
    moved.commit('Other scorers, and no new baseline');
    const change = (name: string) => {
      const project = moved.branchAs(name);
      project.write('prompts/v1.md', `${soundPrompt}\n`);
      return project;
    };
    using kept = change('kept');
    using lost = change('lost');
    lost.remove('.docket/docket.db');
    const [rescored, rerun] = [await judge(kept), await judge(lost)];
    expect(rescored.stdout).toContain("Main's scorers changed since its baseline was accepted");
    expect(rescored.verdict).toMatchObject({ verdict: 'pass', baseline: { totals: { runs: 40 } }, spending: { trials: { spent: 12 } } });
    expect(rerun.verdict).toMatchObject({ verdict: 'pass', spending: { trials: { spent: 24 } } });
  });

  it('does not judge by a case that is disputed on main, and does by one that the change disputes', { tags: ['slow'] }, async () => {
    const dispute = {
      labels: [true, false].map((accepted) => ({ decision: { accepted }, source: 'someone', argument: 'They think so.' })),
    };
    const disputed = (id: string, weight: number) => gateFiles.parcel(id, weight, false, { dispute });
    const files = { [caseFile('heavy')]: disputed('heavy', 30), [caseFile('over-limit')]: disputed('over-limit', 21) };
    using silencing = changing(main, { 'prompts/v1.md': laxPrompt, ...files });
    expect((await judge(silencing)).verdict).toMatchObject({ verdict: 'needs-approval', exitCode: 6 });

    using onMain = changing(main, files);
    onMain.commit('Two disputes');
    onMain.git('branch', '--force', 'main');
    using project = onMain.branchAs('after-that');
    project.write('prompts/v1.md', laxPrompt);
    const { verdict, stdout } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'pass' });
    expect(stdout).toContain('heavy: The dispute over its label is open');
  });
});

describe('a waiver', () => {
  const waiver = (versionFingerprint: string, expiresOn: string) => [
    { caseIds: ['heavy', 'over-limit'], versionFingerprint, reason: 'The limit falls next week.', approver: 'Ada', expiresOn },
  ];

  /** The same pull request on a main that has the waiver. */
  const onMain = (project: GateProject, waivers: readonly object[]) => {
    const later = project.branchAs('with-waiver');
    later.git('switch', '--quiet', 'main');
    later.write('reports/waivers.json', waivers);
    later.commit('A waiver');
    later.git('switch', '--quiet', '--create', 'next');
    later.write('prompts/v1.md', laxPrompt);
    return later;
  };

  it('lets the regression pass while it is valid, and says why it does not once it has expired', { tags: ['slow'] }, async () => {
    using project = main.branch();
    using red = changing(main, { 'prompts/v1.md': laxPrompt });
    const { candidate } = (await judge(red)).verdict as Verdict & { readonly verdict: 'regressed' };
    const { fingerprint } = candidate.version;
    using valid = onMain(project, waiver(fingerprint, '2999-12-31'));
    const waived = await judge(valid);
    expect(waived.verdict).toMatchObject({ verdict: 'waived', exitCode: 0, waiver: { approver: 'Ada', expires: '2999-12-31' } });
    expect(waived.stdout).toContain('✓ PASSED WITH WAIVER');
    using old = onMain(project, waiver(fingerprint, '2020-01-31'));
    const expired = await judge(old);
    expect(expired.verdict).toMatchObject({ verdict: 'regressed', exitCode: 1 });
    expect(expired.stdout).toContain('expired on 2020-01-31');
  });

  it('that the change brings along counts for nothing, and is told', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': laxPrompt });
    const { candidate } = (await judge(project)).verdict as Verdict & { readonly verdict: 'regressed' };
    project.write('reports/waivers.json', waiver(candidate.version.fingerprint, '2999-12-31'));
    const { verdict, stdout } = await judge(project);
    expect(verdict).toMatchObject({
      verdict: 'regressed',
      exitCode: 1,
      ruleChanges: [
        { what: 'waiver', where: 'reports/waivers.json', field: 'added: takes effect once main has it, or it is approved', weighs: false },
      ],
    });
    expect(stdout).toContain('1 change that cannot alter a verdict');
  });
});

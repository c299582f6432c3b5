import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deskWith } from '../testing/desk-with.ts';
import { type GateProject, gateFiles, gateProject, soundPrompt } from '../testing/gate-project.ts';
import { changing, judge, laxPrompt } from '../testing/judge.ts';
import { storeRuns } from '../testing/production-traces.ts';
import { runDocket } from '../testing/run-docket.ts';
import { runHere } from '../testing/run-here.ts';

const score = "{ name: 'fair', hard: true, pass: true, value: 1, reason: 'fine', findings: [] }";
/** Judges later, and does nothing of it well. */
const late = (body: string) => `[...scorers, { scope: 'trial', name: 'fair', needs: [], ${body} }]`;

describe('a scorer that does not judge', () => {
  it.each([
    ['eval', ['eval'], /case \S+, trial \d/],
    ['compare', ['compare', 'v1', 'v2'], /case \S+, trial \d/],
    ['baseline accept', ['baseline', 'accept'], /case \S+, trial \d/],
    // What production did is no trial of a case.
    ['traces score', ['traces', 'score'], /trace [0-9a-f]{32}/],
    ['cases draft', ['cases', 'draft'], /trace [0-9a-f]{32}/],
  ])('is refused by name at its first answer when it promises what is no score: %s', async (_, words, where) => {
    using project = deskWith(late('async score() { return true; }'));
    await storeRuns(project.directory, [
      { number: 1, input: { weight: 5, worth: 1 }, decision: { accepted: true, fee: 10, reason: 'As weighed.' } },
    ]);
    const { code, stderr } = await runHere(words, project);
    expect(stderr).toMatch(new RegExp(`The scorer "fair" \\(\\S*scorers\\.ts\\) returned for ${where.source} true, which is not a score`));
    expect(code).toBe(2);
    expect(existsSync(join(project.directory, 'reports/baseline.json'))).toBe(false);
  });

  it.each([
    'true',
    '1',
    "{ pass: 'yes' }",
    `{ ...${score}, value: NaN }`,
    `{ ...${score}, findings: undefined }`,
    `{ ...${score}, name: 'other' }`,
  ])('is refused when it returns %s', async (answer) => {
    using project = deskWith(`[...scorers, { scope: 'trial', name: 'fair', score: () => (${answer}) }]`);
    const { code, stderr, stdout } = await runHere(['eval', '--json'], project);
    expect(stderr).toContain('The scorer "fair"');
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'error', exitCode: 2 });
    expect(code).toBe(2);
  });

  it.each([
    ['at once', `score({ trial, case: { id } }) { if (id === 'light' && trial.key.number === 2) throw new TypeError('no fee'); }`],
    ['later', `async score({ trial, case: { id } }) { if (id === 'light' && trial.key.number === 2) throw new TypeError('no fee'); }`],
  ])(
    'and one that throws for one trial %s is an infra error that names the trial and its own line; what was run is kept',
    async (_, body) => {
      using project = deskWith(late(body));
      const { code, stdout } = await runDocket(['eval', '--versions', 'v2', '-j', '1'], project);
      expect(stdout.replace(/\s+/g, ' ')).toMatch(
        /The scorer "fair" \(scorers\.ts\) failed on case light, trial 2: TypeError: no fee \(\S+scorers\.ts:1:\d+\)/,
      );
      expect(code).toBe(3);
      writeFileSync(join(project.directory, 'scorers.ts'), 'export const scorers = (scorers) => scorers;\n');
      const again = await runHere(['eval', '--versions', 'v2', '--json'], project);
      expect(JSON.parse(again.stdout)).toMatchObject({ trials: { run: 0, reused: 4, failed: 0 } });
      expect(again.code).toBe(0);
    },
  );

  it('a trace on which a scorer breaks has a finding, and the other traces are scored', async () => {
    using project = deskWith(
      `[...scorers, { scope: 'trial', name: 'fair', score({ input }) { if (input.weight === 6) throw new TypeError('no fee'); } }]`,
    );
    const run = (number: number, weight: number) => ({
      number,
      input: { weight, worth: 1 },
      decision: { accepted: true, fee: weight * 2, reason: 'As weighed.' },
    });
    await storeRuns(project.directory, [run(1, 5), run(2, 6), run(3, 7)]);
    const { code, stdout } = await runHere(['traces', 'score', '--json'], project);
    expect(JSON.parse(stdout)).toMatchObject({ traces: 3, withFindings: 1, findings: [{ code: 'scorer-failed', traces: 1 }] });
    expect(code).toBe(0);
  });
});

describe('a trial that no hard scorer judged', () => {
  it.each([
    ['there is no scorer', '[]'],
    ['all are soft', `[{ scope: 'trial', name: 'fair', score: () => ({ ...${score}, hard: false }) }]`],
    ['the hard one has nothing to judge', "[{ scope: 'trial', name: 'fair', score: () => undefined }]"],
    ['only repeats are judged', `scorers.filter(({ scope }) => scope === 'case')`],
  ])('does not pass, when %s', async (_, scorers) => {
    using project = deskWith(scorers);
    const { code, stdout } = await runHere(['eval'], project);
    expect(stdout).toContain('✗ 0/2 fail');
    expect(stdout).toMatch(/not judged 2\/2 +no hard scorer had anything to judge/);
    expect(code).toBe(1);
    const accepted = await runHere(['baseline', 'accept'], project);
    expect(accepted.stderr).toContain('No hard scorer judged a single trial of heavy, light,');
    expect(accepted.code).toBe(2);
    expect(existsSync(join(project.directory, 'reports/baseline.json'))).toBe(false);
  });
});

describe('docket gate', () => {
  let main: GateProject;
  beforeAll(async () => {
    main = gateProject();
    await runHere(['baseline', 'accept'], main);
    main.commit('The baseline');
  });
  afterAll(() => main[Symbol.dispose]());

  const withScorers = (scorers: string) => gateFiles.agent().replace(/scorers: \[.*?\n {2}\],/s, `scorers: ${scorers},`);

  it.each([
    ['promises true', `[{ scope: 'trial', name: 'fair', score: async () => true }]`, 'true, which is not a score'],
    ['fails', `[{ scope: 'trial', name: 'fair', score: async () => { throw new Error('overloaded'); } }]`, 'overloaded'],
    ['returns true', `[{ scope: 'trial', name: 'fair', score: () => true }]`, 'true, which is not a score'],
  ])('gives no verdict by a scorer that %s', { tags: ['slow'] }, async (_, scorers, message) => {
    using project = changing(main, { 'agent.ts': withScorers(scorers), 'prompts/v1.md': `${soundPrompt}\n` });
    const { verdict } = await judge(project);
    expect(verdict.exitCode).toBeGreaterThan(1);
    expect(verdict.reason).toContain('he scorer "fair"');
    expect(verdict.reason).toContain(message);
    using worse = changing(main, { 'agent.ts': withScorers(scorers), 'prompts/v1.md': laxPrompt });
    expect((await judge(worse)).verdict.exitCode).not.toBe(0);
  });

  it('gives no verdict where no hard scorer judges either side', { tags: ['slow'] }, async () => {
    using project = changing(main, {
      'agent.ts': withScorers("[{ scope: 'trial', name: 'fair', score: () => undefined }]"),
      'prompts/v1.md': `${soundPrompt}\n`,
    });
    const { verdict } = await judge(project);
    expect(verdict.verdict).not.toBe('pass');
    expect(verdict.reason).toContain('No hard scorer judged a single trial of');
  });

  it('gives no verdict by scorers of main that can fail nothing', { tags: ['slow'] }, async () => {
    using blind = gateProject();
    await runHere(['baseline', 'accept'], blind);
    blind.write('agent.ts', withScorers(`[{ scope: 'trial', name: 'fair', score: () => (${score}) }]`));
    blind.commit('Scorers that pass everything, and a baseline of before');
    using project = changing(blind, { 'prompts/v1.md': laxPrompt });
    const { verdict } = await judge(project);
    expect(verdict.exitCode).not.toBe(0);
    expect(verdict.reason).toContain(
      'No hard scorer judged a single trial of at-limit, heavy, light, over-limit, or could have failed one',
    );
  });

  it('says with a pass that every case expects the same', { tags: ['slow'] }, async () => {
    using alike = gateProject();
    for (const id of ['heavy', 'over-limit']) alike.remove(`cases/${id}.json`);
    await runHere(['baseline', 'accept'], alike);
    alike.commit('Only what is accepted');
    using project = changing(alike, { 'prompts/v1.md': laxPrompt });
    const { verdict, stdout } = await judge(project);
    expect(verdict.verdict).toBe('pass');
    const message = expect.stringContaining('All 2 cases expect the same decision, so an agent that answers {"accepted":true}');
    expect(verdict.notices).toContainEqual({ kind: 'weak-suite', message });
    expect(stdout).toContain('All 2 cases expect the same decision');
  });
});

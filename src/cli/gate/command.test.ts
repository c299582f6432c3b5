import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Verdict, verdictSchema } from '../../contracts/verdict.ts';
import { traceSink } from '../../traces/testing/trace-sink.ts';
import { gateFiles, gateProject, soundPrompt } from '../testing/gate-project.ts';
import { agentWith, changing, type Judged, judge, laxPrompt, soundVersion } from '../testing/judge.ts';
import { runDocket } from '../testing/run-docket.ts';
import { runHere } from '../testing/run-here.ts';

const main = gateProject();
beforeAll(async () => {
  await runHere(['baseline', 'accept'], main);
  main.commit('The baseline');
});
afterAll(() => main[Symbol.dispose]());

/** The output with its line breaks taken for spaces. */
const spaced = ({ stdout }: Judged) => stdout.replaceAll(/\s+/g, ' ');

describe('docket gate passes', () => {
  it('an unchanged agent without a trial, also on main itself', async () => {
    using project = main.branch();
    project.git('switch', '--quiet', 'main');
    const { verdict, stdout, stderr } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'pass', basis: 'unchanged', exitCode: 0, mode: 'simulated' });
    expect(stdout).toContain('PASS, NOTHING CHANGED');
    expect(stderr).toBe('');
  });

  it('a harmless change after some trials, and says what it could have missed', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': `${soundPrompt}\n` });
    const { verdict, stdout, stderr } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'pass', basis: 'tested', exitCode: 0, spending: { trials: { spent: 12, reused: 0 } } });
    expect(stderr).toMatch(
      /^simulated model: .*\nparcel-counter: v1 of this checkout against v1 of main@\w{10}, baseline epoch 1, 4 cases\n/,
    );
    expect(stderr).toContain('after 4 trials: screening 4 cases (4 runs)');
    expect(stdout).toContain('✓ PASS · parcel-counter · simulated model');
    expect(stdout).toMatch(/main +40 of 40 passed \(100 %\)/);
    expect(stdout).toMatch(/sensitivity +80 % of the time, this run would have detected a drop of [\d.]+ points across\s+the\s+suite/);
    expect(stdout).toMatch(/A case that passed all of its 3 runs may still fail in up to 63 % of runs \(95 %\s+confidence\)\./);
    expect(existsSync(join(project.directory, 'reports/report.html'))).toBe(true);
  });

  it('and leaves a trace with scores of every trial, of both sides, where a receiver is named', { tags: ['slow'] }, async () => {
    using moved = main.branch();
    // A main that its baseline was not accepted for is run as well.
    moved.git('switch', '--quiet', 'main');
    moved.write('scales.ts', `${gateFiles.scales(20)}\n`);
    moved.commit('Another main');
    using project = moved.branchAs('after-that');
    project.write('prompts/v1.md', `${soundPrompt}\n`);
    await using sink = await traceSink();
    const { stdout } = await runHere(['gate', '--json'], { directory: project.directory, environment: sink.environment });
    const verdict = verdictSchema.parse(JSON.parse(stdout));
    if (verdict.verdict !== 'pass') throw new Error(`${verdict.verdict}: ${stdout}`);
    const { spent } = verdict.spending.trials;
    expect(await sink.trials()).toHaveLength(spent);
    const series = (await sink.trials()).map((trial) => trial.split(' ')[2]?.replace(/-1.*/, ''));
    expect(new Set(series)).toEqual(new Set(['candidate', 'fresh']));
    expect(await sink.scores()).toEqual({ 'expected-decision pass': spent, 'self-consistency pass': spent });
  });

  it('and judges an agent in a folder of a larger repository', { tags: ['slow'] }, async () => {
    using whole = gateProject();
    const directory = join(whole.directory, 'packages/desk');
    const files = readdirSync(whole.directory).filter((name) => !['.git', 'node_modules'].includes(name));
    mkdirSync(directory, { recursive: true });
    for (const file of files) renameSync(join(whole.directory, file), join(directory, file));
    whole.write('.gitignore', 'node_modules\n');
    await runHere(['baseline', 'accept'], { directory });
    whole.commit('The counter, one of several packages');
    expect((await judge({ ...whole, directory })).verdict).toMatchObject({ verdict: 'pass', basis: 'unchanged' });
    using project = changing(whole, { 'packages/desk/prompts/v1.md': laxPrompt });
    const changed = { ...project, directory: join(project.directory, 'packages/desk') };
    expect((await judge(changed)).verdict).toMatchObject({ verdict: 'regressed', exitCode: 1 });
  });

  it('prints the verdict as JSON and nothing else on stdout', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': `${soundPrompt}\n` });
    const { verdict, stdout } = await judge(project, ['--json']);
    expect(JSON.parse(stdout)).toEqual(verdict);
  });
});

describe('docket gate blocks', () => {
  it('a prompt that was edited in place: names the case, the decision, the finding and the cause', async () => {
    using project = changing(main, { 'prompts/v1.md': laxPrompt });
    const { verdict, stdout } = await judge(project);
    expect(verdict).toMatchObject({
      verdict: 'regressed',
      exitCode: 1,
      accusation: { cause: 'case', caseId: 'heavy' },
      attribution: { factor: 'prompt', cells: [] },
    });
    expect(stdout).toMatch(
      /✗ REGRESSED · parcel-counter · simulated model\n The case "heavy" got worse: main passed 10 of 10, the candidate 0 of 4/,
    );
    expect(stdout).toContain('candidate: accepted true, fee 60, reason As weighed. (4 of 4)');
    expect(stdout).toContain('✗ false-approval (4 of 4 trials): accepted is true, expected false');
    expect(stdout).toMatch(/cause +the prompt\. Only the prompt changed\./);
    expect(stdout).toMatch(/over-limit +✗ flipped to fail +10 of 10 +0 of 4/);
    expect(stdout).toMatch(/strongest +heavy: pass rate −100 pts \(−100 pts to −\d/);
    expect(stdout).toMatch(/trials +10 trials run, 0 reused, 30 saved compared with a fixed number of runs; budget 40\s+runs/);
    expect(stdout).toMatch(/cost +\$0\.0\d+ if live/);
    expect(stdout).toMatch(/page +.*reports\/report\.html/);
  });

  it.each([
    ['tools', 'a tool that says another limit', { 'scales.ts': gateFiles.scales(90) }],
    ['model', 'a cheaper model', { 'agent.ts': agentWith({ v1: { ...soundVersion, model: 'claude-haiku-4-5' } }) }],
    [
      'prompt',
      'a new version that becomes the current one',
      {
        'prompts/v2.md': laxPrompt,
        'agent.ts': agentWith({ v1: soundVersion, v2: { ...soundVersion, prompt: 'v2' } }),
        'docket.config.ts': gateFiles.config({ current: 'v2' }),
      },
    ],
    [
      'prompt',
      'a prompt beside a harmless change of model, by trying both apart',
      { 'prompts/v1.md': laxPrompt, 'agent.ts': agentWith({ v1: { ...soundVersion, model: 'claude-sonnet-5-5' } }) },
    ],
  ])('names the %s as the cause of %s', { tags: ['slow'] }, async (factor, _, files) => {
    using project = changing(main, files);
    project.commit('The change');
    const { verdict } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'regressed', exitCode: 1, attribution: { factor } });
  });

  it('again with the same trials and the same verdict, and calls no model', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': laxPrompt });
    const [first, second] = [await judge(project), await judge(project)];
    const { spending: before, createdAt: _, ...verdict } = first.verdict as Verdict & { readonly verdict: 'regressed' };
    expect(before.trials).toMatchObject({ spent: 10, reused: 0 });
    expect(second.verdict).toMatchObject({ ...verdict, spending: { trials: { spent: 0, reused: 10 }, dollars: 0 } });
  });

  it('the version that --candidate names', { tags: ['slow'] }, async () => {
    using project = changing(main, {
      'prompts/v2.md': laxPrompt,
      'agent.ts': agentWith({ v1: soundVersion, v2: { ...soundVersion, prompt: 'v2' } }),
    });
    const [current, next] = [await judge(project), await judge(project, ['--candidate', 'v2', '--against', 'main'])];
    // The file that holds the versions is another one, so the current version is tried too.
    expect(current.verdict).toMatchObject({
      verdict: 'pass',
      basis: 'tested',
      reason: expect.stringMatching(/as on main, but .*agent\.ts/),
    });
    expect(next.verdict).toMatchObject({ verdict: 'regressed', candidate: { version: { name: 'v2' } } });
  });

  it('with hostile text of a model made harmless', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': 'Take no parcel over the limit. Now shout.\n' });
    const { verdict, stdout, stderr } = await judge(project);
    expect(verdict.verdict).toBe('regressed');
    expect(stdout).toMatch(/✗ wrong-fee .*the fee is 1: \\u001b\]0;owned/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E\u2069]/);
  });
});

describe('docket gate without an answer', () => {
  it('is inconclusive on a tiny budget, keeps within it, and goes on with a larger one', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': `${soundPrompt}\n` });
    const tiny = await judge(project, ['--budget', '6']);
    expect(tiny.verdict).toMatchObject({ verdict: 'inconclusive', exitCode: 5 });
    expect(tiny.stdout).toContain('? INCONCLUSIVE');
    // Nothing ran: that is no saving, and nothing that a test could have seen.
    expect(tiny.stdout).toMatch(/candidate +not run/);
    expect(tiny.stdout).toMatch(/trials +0 trials run, 0 reused; budget 6 runs/);
    expect(tiny.stdout).not.toMatch(/strongest|no run needed/);
    expect(project.read('reports/comment.md')).toContain('No case was run.');
    // The advice, taken from the screen and followed to the letter.
    const advised = /Run "docket gate --budget (\d+)" \(this run had 6 model runs\): that brings a verdict in \d+ of 30/.exec(spaced(tiny));
    const followed = await judge(project, ['--budget', advised?.[1] ?? 'no advice']);
    expect(followed.verdict).toMatchObject({ verdict: 'pass', exitCode: 0 });
    const lenient = await judge(project, ['--budget', '6', '--on-inconclusive', 'warn']);
    expect(lenient.verdict).toMatchObject({ verdict: 'inconclusive', exitCode: 0 });
    const poor = await judge(project, ['--budget', '$0.0001']);
    expect(poor.verdict).toMatchObject({
      verdict: 'inconclusive',
      cause: 'budget',
      reason: expect.stringMatching(/\$0\.0001\) and the next round .* Run "docket gate --budget \d+" \(this run had \$0\.0001\)/),
      exitCode: 5,
    });
    const enough = await judge(project, ['--budget', '5usd']);
    expect(enough.verdict).toMatchObject({ verdict: 'pass', exitCode: 0 });
  });

  it('is incomplete when the model fails half-way, and blames nobody', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': 'Take no parcel over the limit. Heavy ones are out of reach.\n' });
    const { verdict, stdout } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'incomplete', exitCode: 3, reason: expect.stringContaining('The line is dead.') });
    expect(stdout).toMatch(/heavy +! incomplete +10 of 10 +not run +1 infra error/);
  });

  it('is not evaluated without a key, and passes without one when nothing changed', { tags: ['slow'] }, async () => {
    using live = main.branch();
    live.git('switch', '--quiet', 'main');
    live.write('reports/baseline.json', live.read('reports/baseline.json').replace('"simulated"', '"live"'));
    live.commit('A live baseline');
    live.git('switch', '--quiet', '--create', 'next');
    const same = await judge(live);
    expect(same.verdict).toMatchObject({ verdict: 'pass', basis: 'unchanged', mode: 'live' });
    live.write('prompts/v1.md', laxPrompt);
    using copy = live.branchAs('later');
    const { verdict, stdout } = await judge(copy);
    expect(verdict).toMatchObject({ verdict: 'not-evaluated', exitCode: 4 });
    expect(stdout).toContain('! NOT EVALUATED');
  });
});

describe('two gates at once', () => {
  it('share the checkout of main and the trials, and agree', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': laxPrompt });
    const [one, other] = await Promise.all([runDocket(['gate', '--json'], project), runDocket(['gate', '--json'], project)]);
    const [first, second] = [one, other].map(({ stdout }) => verdictSchema.parse(JSON.parse(stdout)));
    expect(first?.reason).toBe(second?.reason);
    const spent = [first, second].map((verdict) => (verdict && 'spending' in verdict ? verdict.spending.trials.spent : Number.NaN));
    expect(spent.reduce((sum, trials) => sum + trials, 0)).toBe(10);
    expect([one.code, other.code]).toEqual([1, 1]);
  });
});

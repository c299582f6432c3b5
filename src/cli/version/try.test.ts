import { afterAll, describe, expect, it } from 'vitest';
import { type VersionTry, versionTrySchema } from '../../contracts/version-try.ts';
import { runHere } from '../testing/run-here.ts';
import { falls, plannedChange, planWith, versionProject } from '../testing/version-project.ts';

const heavy = ['of-22-kg', 'of-24-kg', 'of-30-kg', 'of-35-kg'];
const light = ['of-5-kg', 'of-10-kg'];
const hostile = 'Be kind | <img src=x onerror=alert(1)> @owner ![x](https://evil.example/a.png) \u202E\u001B[31m';

/** A rule that helps, a tool that is mended, and a rule that does harm. */
const changes = [
  plannedChange({
    ...{ id: 'P0-1', group: 'tools', target: 'weigh', literal: false, after: 'The limit is 20 kg.' },
    promise: falls('false-approval', ['of-22-kg', 'of-24-kg'], 0),
  }),
  plannedChange({ id: 'P0-2', group: 'prompt', after: 'Take no parcel that is over the limit.', promise: falls('false-approval', heavy) }),
  plannedChange({
    ...{ id: 'P1-1', group: 'prompt', after: 'Be careful.', what: hostile },
    promise: { ...falls('false-approval', heavy), holds: [{ what: 'cases', cases: light }] },
  }),
];

const project = versionProject();
afterAll(() => project[Symbol.dispose]());
const docket = (...words: readonly string[]) => runHere(words, project);

describe('docket version try', () => {
  it('says which promise was kept, what got worse, and which change did it; twice the same', {
    tags: ['slow'],
  }, async () => {
    project.write('reports/improvement-plan.json', planWith(changes));
    expect((await docket('version', 'draft', 'v2', '--from', 'v1')).code).toBe(0);
    expect(await docket('version', 'try', 'v2', '--against', 'v1', '--mode', 'simulated')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('to_be_written_P0_1_weigh is not defined'),
    });
    project.git('switch', '--quiet', 'version/v2');
    project.write(
      'agent/weigh-v2.ts',
      'export const weighV2 = { source: import.meta.url, run: (_, { weight }) => `Weight: ${weight} kg. Limit: 20 kg.` };\n',
    );
    project.git('commit', '--quiet', '--all', '--message', 'The tool');
    project.git('switch', '--quiet', 'main');
    const words = ['version', 'try', 'v2', '--against', 'v1', '--mode', 'simulated', '--trials', '60', '--json'];
    const tried = await docket(...words);
    expect(tried.code).toBe(1);
    const result = versionTrySchema.parse(JSON.parse(tried.stdout));
    // Everything is denied: no parcel is taken over the limit, and none under it.
    expect(ends(result)).toEqual([
      ['falls', 'false-approval', 0, 'kept'],
      ['falls', 'false-approval', 0.05, 'kept'],
      ['cases', 'cases that were right stay right', 0, 'broken'],
    ]);
    expect(result.promises[1]?.changes).toEqual(['P0-2', 'P1-1']);
    expect(result.verdict).toMatchObject({ verdict: 'regressed' });
    expect(result.passes).toEqual({ before: { passes: 120, runs: 360 }, after: { passes: 240, runs: 360 } });
    // Without the last rule all is right; without one of the others the last rule denies all the same.
    expect(result.effects.map(({ id, result: end, without }) => [id, end, without.passes])).toEqual([
      ['P0-1', 'not-decidable', 40],
      ['P0-2', 'not-decidable', 40],
      ['P1-1', 'loss', 60],
    ]);
    const again = versionTrySchema.parse(JSON.parse((await docket(...words)).stdout));
    expect(again.spending.trials.spent).toBe(0);
    expect({ ...again, createdAt: '', spending: null }).toEqual({ ...result, createdAt: '', spending: null });
    const markdown = project.read('reports/version-try.md');
    const outside = markdown.replaceAll(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '');
    for (const part of ['<img', '@owner', '![', 'evil.example']) expect(outside).not.toContain(part);
    const page = project.read('reports/version-try.html');
    for (const text of [markdown, page, tried.stdout]) for (const character of ['\u001B', '\u202E']) expect(text).not.toContain(character);
    expect(page).toContain("default-src 'none'");
    expect((await docket(...words.slice(0, -1), '--no-attribution')).stdout).toContain('✗ broken');
    expect(project.git('worktree', 'list').trim().split('\n').length).toBeLessThan(5);
  });

  it.each<[string, readonly string[], string]>([
    ['no draft', ['v7', '--against', 'v1'], 'There is no branch version/v7'],
    ['a branch without a draft', ['v7', '--against', 'v1', '--branch', 'main'], 'No commit of main begins a draft of v7'],
    ['an option as a branch', ['v7', '--against', 'v1', '--branch=--all'], 'is no branch or commit'],
    ['no budget', ['v7', '--against', 'v1', '--budget', '0'], 'Expected a number of model runs'],
    ['a budget that covers not even the promises', ['v8', '--against', 'v1', '--budget', '5'], 'The promises alone take 36 trials'],
    ['another version than it began as', ['v8', '--against', 'v0'], 'v8 began as v1, and not as v0'],
  ])('refuses %s before anything runs', async (_, words, message) => {
    if (project.git('branch', '--list', 'version/v8') === '') {
      project.write('reports/improvement-plan.json', planWith(changes));
      await docket('version', 'draft', 'v8', '--from', 'v1', '--changes', 'P0-2');
    }
    expect(await docket('version', 'try', ...words, '--mode', 'simulated')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(message),
    });
  });
});

function ends({ promises }: VersionTry) {
  return promises.map(({ what, name, most, result }) => [what, name, most, result]);
}

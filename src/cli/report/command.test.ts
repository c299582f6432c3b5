import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { comparisonSchema } from '../../contracts/verdict.ts';
import { fixtureProject } from '../testing/fixture-project.ts';
import { runHere } from '../testing/run-here.ts';

describe('docket report open', () => {
  it('prints the path of the newest page, and says what to do while there is none', async () => {
    using project = fixtureProject();
    const none = await runHere(['report', 'open'], project);
    expect(none.stderr).toContain('Run docket eval, docket compare or docket gate first');
    expect(none.code).toBe(2);
    await runHere(['compare', 'v1', 'v2'], project);
    const { stdout, code } = await runHere(['report', 'open'], project);
    expect(stdout).toBe(`${join(project.directory, 'reports/comparison/report.html')}\n`);
    expect(code).toBe(0);
  });
});

describe('docket report merge', () => {
  it('joins the comparisons of shards', async () => {
    using project = fixtureProject();
    for (const id of ['heavy', 'light']) {
      await runHere(['compare', 'v1', 'v2', '--case', id], project);
      const shard = readFileSync(join(project.directory, 'reports/comparison/comparison.json'), 'utf8');
      project.writeCase(`../${id}`, shard);
    }
    const { stdout, code } = await runHere(['report', 'merge', 'heavy.json', 'light.json', '-o', 'merged'], project);
    expect(stdout).toMatch(/^2 reports merged, 2 cases: .*merged\/report\.html\n$/);
    const merged = comparisonSchema.parse(JSON.parse(readFileSync(join(project.directory, 'merged/comparison.json'), 'utf8')));
    expect(merged).toMatchObject({
      cases: [
        { id: 'heavy', change: 'flipped-to-pass' },
        { id: 'light', change: 'same' },
      ],
      baseline: { version: { name: 'v1' }, totals: { passes: 3, runs: 6, falseApprovals: 3 } },
      candidate: { version: { name: 'v2' }, totals: { passes: 6, runs: 6 } },
    });
    expect(existsSync(join(project.directory, 'merged/report.html'))).toBe(true);
    expect(code).toBe(0);
    const again = await runHere(['report', 'merge', 'heavy.json', 'light.json', '-o', 'merged', '--json'], project);
    expect(JSON.parse(again.stdout)).toMatchObject({ kind: 'merged-reports', reports: 2, cases: 2, files: expect.any(Array) });
    const page = await runHere(['report', 'open', '--json'], project);
    expect(JSON.parse(page.stdout)).toEqual({
      kind: 'page',
      schemaVersion: 1,
      file: join(project.directory, 'reports/comparison/report.html'),
    });
  });

  it('refuses what is no comparison, and shards that overlap', async () => {
    using project = fixtureProject();
    await runHere(['compare', 'v1', 'v2'], project);
    project.writeCase('../other', '{}');
    const whole = 'reports/comparison/comparison.json';
    const [missing, foreign, twice] = [
      await runHere(['report', 'merge', 'nowhere.json', '-o', 'merged'], project),
      await runHere(['report', 'merge', 'other.json', '-o', 'merged'], project),
      await runHere(['report', 'merge', whole, whole, '-o', 'merged'], project),
    ];
    expect(missing.stderr).toContain('nowhere.json: cannot be read');
    expect(foreign.stderr).toContain('other.json: is no report of Docket. Name the comparison.json');
    expect(twice.stderr).toContain('appears in two of the reports');
    for (const { code } of [missing, foreign, twice]) expect(code).toBe(2);
  });

  it('says what came instead of a comparison, in words', async () => {
    using project = fixtureProject();
    await runHere(['eval'], project);
    await runHere(['compare', 'v1', 'v2'], project);
    const comparison = JSON.parse(readFileSync(join(project.directory, 'reports/comparison/comparison.json'), 'utf8')) as object;
    const evaluation = readFileSync(join(project.directory, 'reports/evaluation.json'), 'utf8');
    const inputs: readonly (readonly [string, string])[] = [
      [evaluation, 'is an evaluation (docket eval), which is of one version at a time and cannot be merged.'],
      ['[]', 'holds a list, and no report.'],
      ['null', 'holds null, and no report.'],
      ['{"kind":"traces\\u001b[31m"}', 'is no report of Docket (kind "traces'],
      [
        JSON.stringify({ ...comparison, schemaVersion: 2 }),
        'is a comparison of another version of Docket (schemaVersion 2, and this one reads 1)',
      ],
      [JSON.stringify({ ...comparison, cases: 'none' }), 'is a comparison that was changed or cut: cases is not what it was.'],
    ];
    for (const [text, says] of inputs) {
      project.writeCase('../came', text);
      const { stderr, code } = await runHere(['report', 'merge', 'came.json', '-o', 'merged'], project);
      expect(stderr).toContain(`came.json: ${says}`);
      expect(stderr).toContain('Name the comparison.json that docket compare wrote for each shard.');
      expect(stderr).not.toContain('✖');
      expect(code).toBe(2);
    }
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { comparisonSchema } from '../../contracts/verdict.ts';
import { fixtureProject, parcelCase } from '../testing/fixture-project.ts';
import { unusualWeights } from '../testing/parcel-desk.ts';
import { runHere } from '../testing/run-here.ts';

describe('docket compare', () => {
  it('shows the cases that differ first, with the fields that differ, and does not judge', async () => {
    using project = fixtureProject();
    const forward = await runHere(['compare', 'v1', 'v2'], project);
    const backward = await runHere(['compare', 'v2', 'v1', '--json'], project);
    expect(forward.stdout).toContain('v1 → v2 · 2 cases · simulated model · ✓ 1 flipped to pass, = 1 same');
    expect(forward.stdout).toMatch(/heavy +✓ flipped to pass +✗ 0\/3 fail +✓ 3\/3 pass +accepted: true → false/);
    expect(forward.stdout).toContain('fee: 60 → 0');
    expect(forward.stdout.indexOf('heavy')).toBeLessThan(forward.stdout.indexOf('light'));
    expect(forward.code).toBe(0);
    expect(JSON.parse(backward.stdout)).toMatchObject({
      kind: 'comparison',
      mode: 'simulated',
      counts: { 'flipped-to-fail': 1, same: 1 },
      cases: expect.arrayContaining([expect.objectContaining({ id: 'heavy', change: 'flipped-to-fail' })]),
    });
    expect(() => comparisonSchema.parse(JSON.parse(backward.stdout))).not.toThrow();
    expect(backward.stdout).not.toContain('"transcript"');
    expect(backward.code).toBe(0);
  });

  it('writes a page with every transcript, beside a verdict and never in its place', async () => {
    using project = fixtureProject();
    const { stdout } = await runHere(['compare', 'v1', 'v2'], project);
    expect(stdout).toMatch(/page: .*reports\/comparison\/report\.html\n/);
    const text = readFileSync(join(project.directory, 'reports/comparison/comparison.json'), 'utf8');
    const comparison = comparisonSchema.parse(JSON.parse(text));
    expect(comparison).toMatchObject({ mode: 'simulated', rerun: 'docket compare v1 v2', spending: { trials: { spent: 12, reused: 0 } } });
    const heavy = comparison.cases.find(({ id }) => id === 'heavy');
    expect(heavy).toMatchObject({ change: 'flipped-to-pass', baseline: { passes: 0, falseApprovals: 3 }, candidate: { passes: 3 } });
    expect(heavy?.candidate.trials.map(({ number, purpose, transcript }) => [number, purpose, transcript?.steps.length])).toEqual(
      [1, 2, 3].map((number) => [number, 'compare', 3]),
    );
    expect(existsSync(join(project.directory, 'reports/verdict.json'))).toBe(false);
  });

  it('refuses a model that nobody knows, instead of simulating it', async () => {
    using project = fixtureProject({ trials: 1 });
    const { code, stderr } = await runHere(['compare', 'v2', 'v2@nonsense'], project);
    expect(stderr).toContain('"v2@nonsense": there is no model "nonsense" to simulate. Known: claude-sonnet-4-6, ');
    expect(code).toBe(2);
    expect((await runHere(['compare', 'v2', 'v2@claude-haiku-5-5'], project)).code).toBe(0);
  });

  it('is incomplete when something could not be run', async () => {
    using project = fixtureProject({ trials: 1 });
    project.writeCase('gone', parcelCase('gone', unusualWeights.isOutOfReach, false));
    const { code, stdout, stderr } = await runHere(['compare', 'v1', 'v2'], project);
    expect(stdout).toMatch(/gone +! incomplete/);
    expect(stderr).toContain('Incomplete: The server is red');
    expect(code).toBe(3);
  });
});

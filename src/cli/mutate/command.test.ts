import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeUnderwriterProject } from '../../../evals/docs/underwriter-project.ts';
import { mutationReportSchema } from '../../contracts/mutation.ts';
import { runHere } from '../testing/run-here.ts';

const directory = makeUnderwriterProject(['01-dti-exactly-at-cap.json', '08-trivial-loan-no-debt.json']);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('docket mutate', () => {
  test('shows what survives with the case that would kill it, and prints the report', { tags: ['slow'] }, async () => {
    const words = ['mutate', '--family', 'decision,model', '--trials', '3'];
    const { code, stdout } = await runHere(words, { directory });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /v2 of underwriter · simulated model · 2 cases, 3 runs of the version itself on each · \d+ faults, 0 known already/,
    );
    expect(stdout).toMatch(/faults in +killed +survived +equivalent +not expressible/);
    expect(stdout).toMatch(/Killed: \d+ of \d+, [\d.]+ % \([\d.]+–[\d.]+\)\./);
    const json = await runHere([...words, '--json'], { directory });
    const { kind, schemaVersion, ...report } = JSON.parse(json.stdout) as { readonly kind: string; readonly schemaVersion: number };
    expect([kind, schemaVersion]).toEqual(['mutation', 1]);
    // Of some families only, so it takes no place of a whole report.
    expect(existsSync(join(directory, 'reports', 'mutation.json'))).toBe(false);
    const { mutants } = mutationReportSchema.parse(report);
    expect(new Set(mutants.map(({ family }) => family))).toEqual(new Set(['decision', 'model']));
    expect(mutants.find(({ id }) => id === 'model/says-no: approved is always false')?.cases).toEqual(['08-trivial-loan-no-debt']);
    expect(mutants.find(({ id }) => id === 'model/weaker-model: claude-haiku-4-5')?.fate).toBe('not-expressible');
  });

  test('fails where the suite lets more through than the one that the branch left', { tags: ['slow'], timeout: 240_000 }, async () => {
    const project = makeUnderwriterProject(['01-dti-exactly-at-cap.json', '08-trivial-loan-no-debt.json']);
    const git = (...words: readonly string[]) => execFileSync('git', ['-C', project, '-c', 'user.email=a@b.invalid', ...words]);
    const commit = () => {
      git('add', '--all');
      git('commit', '--quiet', '--message', 'as it is');
    };
    const words = ['mutate', '--trials', '3', '--against', 'HEAD'];
    try {
      commit();
      const first = await runHere(words, { directory: project });
      expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('has no reports/mutation.json, so nothing was compared') });
      commit();
      expect(await runHere(words, { directory: project })).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('✓ The score did not fall: HEAD ('),
      });
      rmSync(join(project, 'cases/08-trivial-loan-no-debt.json'));
      const { code, stderr, stdout } = await runHere([...words, '--json'], { directory: project });
      expect(code).toBe(1);
      expect(stderr).toContain('✗ The score fell: HEAD (');
      expect(stderr).toContain('Killed there, and let through here:\n   ✗ ');
      expect(JSON.parse(stdout).compared).toMatchObject({ fell: true, lost: expect.arrayContaining([expect.anything()]) });
      writeFileSync(join(project, 'reports/mutation.json'), '{"format": 2}');
      commit();
      expect(await runHere(words, { directory: project })).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('is no report of docket mutate'),
      });
    } finally {
      rmSync(project, { recursive: true, force: true });
    }
  });

  test('compares whole suites, with a ref that there is', async () => {
    for (const [words, said] of [
      [['--against', 'nowhere'], 'is not a git repository with a commit'],
      [['--against', 'main', '--family', 'tools'], "cannot be used with option '--family"],
    ] as const) {
      const { code, stderr } = await runHere(['mutate', ...words], { directory });
      expect(stderr).toContain(said);
      expect(code).toBe(2);
    }
  });

  test('says which families there are', async () => {
    const { code, stderr } = await runHere(['mutate', '--family', 'prompts'], { directory });
    expect(stderr).toContain('There is no family "prompts" of faults. Did you mean "prompt"?');
    expect(code).toBe(2);
  });

  test('says which versions there are', async () => {
    const { code, stderr } = await runHere(['mutate', '--version', 'v9'], { directory });
    expect(stderr).toContain('has no version "v9"');
    expect(code).toBe(2);
  });
});

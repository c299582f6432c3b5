import { existsSync, rmSync } from 'node:fs';
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
    const { kind, ...report } = JSON.parse(json.stdout) as { readonly kind: string };
    expect(kind).toBe('mutation');
    // Of some families only, so it takes no place of a whole report.
    expect(existsSync(join(directory, 'reports', 'mutation.json'))).toBe(false);
    const { mutants } = mutationReportSchema.parse(report);
    expect(new Set(mutants.map(({ family }) => family))).toEqual(new Set(['decision', 'model']));
    expect(mutants.find(({ id }) => id === 'model/says-no: approved is always false')?.cases).toEqual(['08-trivial-loan-no-debt']);
    expect(mutants.find(({ id }) => id === 'model/weaker-model: claude-haiku-4-5')?.fate).toBe('not-expressible');
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

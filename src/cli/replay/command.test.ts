import { rmSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { makeUnderwriterProject } from '../../../evals/docs/underwriter-project.ts';
import { replaySchema } from '../../contracts/replay.ts';
import { runHere } from '../testing/run-here.ts';

const directory = makeUnderwriterProject(['08-trivial-loan-no-debt.json']);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('docket replay', () => {
  test('lists trials, runs one on beside the original, and counts it nowhere', async () => {
    await runHere(['eval', '--mode', 'simulated', '--versions', 'v2', '--trials', '1'], { directory });
    const list = await runHere(['replay', '--list'], { directory });
    expect(list.stdout).toMatch(/v2\/08-trivial-loan-no-debt\/1 +eval +simulated +calc_dti, calc_max_loan, credit_risk/);
    const words = ['replay', '08-trivial-loan-no-debt', '--tool', 'calc_dti', '--text', 'Post-loan DTI: 61.00%. Maximum DTI: 45%.'];
    const { stdout, code } = await runHere(words, { directory });
    expect(stdout).toMatch(/v2\/08-trivial-loan-no-debt\/1 · series eval · simulated model · run on with v2, simulated model/);
    expect(stdout).toMatch(/Kept: 1 model call and 3 tool results, but for call 1 of calc_dti/);
    expect(stdout).toMatch(/approved +true +false/);
    expect(stdout).toContain('Stored apart: no gate, baseline or evaluation counts it.');
    expect(code).toBe(0);
    const json = await runHere([...words, '--json'], { directory });
    expect(replaySchema.parse(JSON.parse(json.stdout)).replays).toMatchObject([{ reused: true, decision: { approved: false } }]);
    const faults = await runHere(['replay', 'v2/08-trivial-loan-no-debt/1', '--tool', 'calc_dti', '--faults'], { directory });
    expect(faults.stdout).toMatch(/calc_dti +timeout +decides .* ✗ guessed around/);
    expect(faults.code).toBe(1);
    const again = await runHere(['eval', '--mode', 'simulated', '--versions', 'v2', '--trials', '1', '--json'], { directory });
    expect(JSON.parse(again.stdout)).toMatchObject({ trials: { run: 0, reused: 1 } });
  });

  test.each([
    [[], 'Name a trial: docket replay v2/some-case/3'],
    [['08-trivial-loan-no-debt'], 'Name the tool whose result is changed: --tool calc_dti'],
    [['08-trivial-loan-no-debt', '--tool', 'calc_dti'], 'Say what calc_dti says instead'],
    [['08-trivial-loan-no-debt', '--tool', 'calc_dti', '--with', '{"dti": }'], '--with is not JSON'],
    [['08-trivial-loan-no-debt', '--tool', 'calc_dti', '--empty', '--timeout'], "cannot be used with option '--empty'"],
    [['08-trivial-loan', '--tool', 'calc_dti', '--empty'], 'There is no case "08-trivial-loan". Known: 08-trivial-loan-no-debt.'],
    [['v9/08-trivial-loan-no-debt/1', '--tool', 'calc_dti', '--empty'], 'has no version "v9"'],
  ])('%j', async (words, said) => {
    const { code, stderr } = await runHere(['replay', ...words], { directory });
    expect(stderr).toContain(said);
    expect(code).toBe(2);
  });
});

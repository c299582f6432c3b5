import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluationSchema } from '../../contracts/evaluation.ts';
import { fixtureProject, parcelCase } from '../testing/fixture-project.ts';
import { hostileText, unusualWeights } from '../testing/parcel-desk.ts';
import { runDocket } from '../testing/run-docket.ts';
import { runHere } from '../testing/run-here.ts';
import type { Ended } from '../testing/run-process.ts';

const project = fixtureProject();
const { directory } = project;
afterAll(() => project[Symbol.dispose]());

describe('docket eval', () => {
  let first: Ended;
  let second: Ended;
  beforeAll(async () => {
    first = await runDocket(['eval'], { directory });
    second = await runHere(['eval', '--json'], { directory });
  });

  it('shows the versions side by side, with the mode first on stderr and a line a case', () => {
    expect(first.stderr).toMatch(/^no ANTHROPIC_API_KEY: simulated model/);
    expect(first.stderr).toContain('✓ v2 heavy: 3/3 passed');
    expect(first.stderr).toContain('✗ v1 heavy: 0/3 passed');
    const rows = first.stdout.split('\n').map((line) => line.trim().split(/\s{2,}/));
    expect(rows).toContainEqual(['heavy', '✗ 0/3 fail', '✓ 3/3 pass']);
    expect(rows).toContainEqual(['light', '✓ 3/3 pass', '✓ 3/3 pass']);
    expect(rows).toContainEqual(['passed', '3/6 = 50 %', '6/6 = 100 %']);
    expect(rows).toContainEqual(['false approval', '3 trials', '0']);
    expect(first.stdout).toContain('simulated model · 12 run, 0 reused');
  });

  it('passes because the current version does, and says that the other is for comparison only', () => {
    expect(first.stdout).toContain('v2 is the current version and decides the exit code; v1 is here for comparison only.');
    expect(first.code).toBe(0);
  });

  it('reuses every stored trial the second time, and prints JSON of the contract and nothing else', () => {
    const evaluation = evaluationSchema.parse(JSON.parse(second.stdout));
    expect(evaluation).toMatchObject({ mode: 'simulated', current: 'v2', trials: { run: 0, reused: 12, failed: 0 } });
    expect(evaluation.versions.map(({ role }) => role)).toEqual(['comparison', 'current']);
    expect(second.code).toBe(0);
  });

  it('prints with each failure a command that shows it again, and that command does', async () => {
    const command = /rerun: node \S+ (eval --case heavy --versions v1 --trials 3)$/m.exec(first.stdout)?.[1] ?? '';
    const again = await runHere(command.split(' '), { directory });
    expect(again.stdout).toMatch(/false approval 3\/3 +accepted is true, expected false/);
    expect(again.stdout).toContain('0 run, 3 reused');
    expect(again.code).toBe(1);
  });

  it('runs anew with --fresh, crosses prompts and tools, and explains the mixture', async () => {
    const { stdout, code } = await runHere(['eval', '1', '--versions', 'v1,v1/v2', '--trials', '2', '--fresh'], { directory });
    expect(stdout).toContain('v1/v2: the prompt of v1 with the tools of v2');
    expect(stdout).toContain('1 case × 2 trials · simulated model');
    expect(stdout).toContain('The current version, v2, was not run');
    expect(stdout).toMatch(/rerun: .*--series fresh-\w+$/m);
    expect(code).toBe(1);
  });

  it('fails when the current version slips', async () => {
    const { stdout, code } = await runHere(['eval', '--versions', 'v2', '--slip-rate', '1'], { directory });
    expect(stdout).toContain('false denial 3/3');
    expect(stdout).toContain('--slip-rate 1');
    expect(code).toBe(1);
  });
});

describe('docket eval with trouble', () => {
  it('never counts an infra error as a pass or a fail, and prints hostile text harmlessly', async () => {
    using troubled = fixtureProject({ trials: 2 });
    troubled.writeCase('gone', parcelCase('gone', unusualWeights.isOutOfReach, false, `${hostileText} title`));
    troubled.writeCase('odd', parcelCase('odd', unusualWeights.contradictsItself, false, `${hostileText} title`));
    const { stdout, stderr, code } = await runHere(['eval', '--versions', 'v2'], troubled);
    expect(stdout).toContain('! 0/0 incomplete, 2 infra errors');
    expect(stdout).toContain('2× infra error (server): The server is red');
    expect(stdout).toMatch(/wrong fee 2\/2 +the fee is 1, expected 188: red gnp.exe hidden/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
    for (const text of [stdout, stderr]) expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E\u2069]/);
    expect(code).toBe(3);
  });

  it('names a tool that fails, because its decisions look like the agent’s own fault', { tags: ['slow'] }, async () => {
    using broken = fixtureProject({ trials: 2 });
    const config = join(broken.directory, 'docket.config.ts');
    const tools = `for (const variant of Object.values(parcelDesk.toolVariants))
  variant.tools.set('weigh', { source: import.meta.url, run: () => { throw new TypeError(${JSON.stringify(hostileText)}); } });
`;
    writeFileSync(
      config,
      readFileSync(config, 'utf8').replace('export default', () => `${tools}export default`),
    );
    const { stdout } = await runDocket(['eval', '--versions', 'v2', '--case', 'heavy'], broken);
    expect(stdout).toMatch(/tool error 2\/2 +weigh failed: red gnp.exe hidden/);
    const decided = await runDocket(['decide', '30', '10'], broken);
    expect(decided.stderr).toContain('warning: tool error: weigh failed: red gnp.exe hidden');
  });

  it('keeps what is stored at Ctrl-C, says how to go on, and goes on', { tags: ['slow'] }, async () => {
    using slow = fixtureProject({ simulation: { latencyMs: 60 }, concurrency: 1, trials: 8 });
    const interrupted = await runDocket(['eval', '--versions', 'v2', '--fresh'], {
      ...slow,
      // As soon as the first of the two cases has all its trials.
      onStart(child) {
        let isSent = false;
        child.stderr?.on('data', (text: string) => {
          if (isSent || !text.includes('/8 passed')) return;
          isSent = true;
          child.kill('SIGINT');
        });
      },
    });
    expect(interrupted.code).toBe(130);
    const [, stored = '', resume = ''] =
      /Interrupted: (\d+) of 16 trials .* Continue with:\n +node \S+ (.*)\n/s.exec(interrupted.stderr) ?? [];
    expect(Number(stored)).toBeGreaterThan(0);
    expect(Number(stored)).toBeLessThan(16);
    const resumed = await runHere([...resume.split(' '), '--json', '-j', '8'], slow);
    const { trials } = evaluationSchema.parse(JSON.parse(resumed.stdout));
    expect(trials).toEqual({ run: 16 - Number(stored), reused: Number(stored), failed: 0 });
    expect(resumed.code).toBe(0);
  });
});

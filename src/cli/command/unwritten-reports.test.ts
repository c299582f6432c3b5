import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verdictSchema } from '../../contracts/verdict.ts';
import { fixtureProject } from '../testing/fixture-project.ts';
import { type GateProject, gateProject, soundPrompt } from '../testing/gate-project.ts';
import { changing, laxPrompt } from '../testing/judge.ts';
import { runDocket } from '../testing/run-docket.ts';
import { runHere } from '../testing/run-here.ts';

const main = gateProject();
const outside = mkdtempSync(join(tmpdir(), 'docket-outside-'));
beforeAll(async () => {
  await runHere(['baseline', 'accept'], main);
  main.commit('The baseline');
});
afterAll(() => {
  main[Symbol.dispose]();
  rmSync(outside, { recursive: true, force: true });
});

const at = (project: GateProject, path: string) => join(project.directory, path);

describe('docket gate whose reports cannot be written', () => {
  it('shows the verdict, names what is in the way and what to do, and is no success', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': `${soundPrompt}\n` });
    mkdirSync(at(project, 'reports/verdict.json'));
    writeFileSync(at(project, 'reports/report.html'), 'of an earlier run');
    const { code, stdout, stderr } = await runHere(['gate'], project);
    expect(stdout).toContain('✓ PASS · parcel-counter');
    expect(stdout).toMatch(/main +40 of 40 passed/);
    expect(stdout).toContain('not written, see below');
    expect(stderr).toMatch(/verdict\.json: cannot be written \(E\w+\)\n.*remove what is in the way, and run the same command again/s);
    expect(stderr).not.toContain('fault of its own');
    expect(code).toBe(2);
    rmSync(at(project, 'reports/verdict.json'), { recursive: true });
    const again = await runHere(['gate', '--json'], project);
    expect(again.code).toBe(0);
    expect(verdictSchema.parse(JSON.parse(again.stdout))).toMatchObject({ verdict: 'pass', spending: { trials: { spent: 0 } } });
  });

  it('keeps the exit code of a verdict that is red already', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': laxPrompt });
    for (const name of ['verdict.json', 'report.html', 'summary.md', 'comment.md', 'junit.xml', 'ctrf.json'])
      mkdirSync(at(project, `reports/${name}`));
    const { code, stdout, stderr } = await runHere(['gate'], project);
    expect(stdout).toContain('REGRESSED');
    expect(stderr).toContain('verdict.json, report.html, summary.md, comment.md, junit.xml, ctrf.json: cannot be written');
    expect(code).toBe(1);
  });

  it('says so when not even a folder can be made', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': `${soundPrompt}\n` });
    rmSync(at(project, 'reports'), { recursive: true });
    writeFileSync(at(project, 'reports'), 'a file in the way');
    const { code, stdout, stderr } = await runHere(['gate'], project);
    expect(stdout).toMatch(/main +40 of 40 passed/);
    expect(stderr).toMatch(/ctrf\.json: cannot be written \(E\w+\)/);
    // The agent changed, and with the folder its baseline is gone: what comes after would be judged by none.
    expect(stdout).toMatch(/baseline +reports\/baseline\.json removed/);
    expect(code).toBe(6);
  });

  it('an earlier verdict is gone although the new one cannot be written', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': `${soundPrompt}\n` });
    await runHere(['gate'], project);
    rmSync(at(project, 'reports/ctrf.json'));
    mkdirSync(at(project, 'reports/ctrf.json'));
    project.write('prompts/v1.md', laxPrompt);
    // In a process of its own: this one has loaded the prompt of before.
    expect((await runDocket(['gate'], project)).code).toBe(1);
    expect(verdictSchema.parse(JSON.parse(project.read('reports/verdict.json'))).verdict).toBe('regressed');
  });
});

describe('a pull request with links', () => {
  it('that lead out of the repository is refused before any of its code runs, and nothing is written behind them', async () => {
    writeFileSync(join(outside, 'secret.json'), 'a secret');
    using project = main.branch();
    symlinkSync(join(outside, 'secret.json'), at(project, 'cases/secret.json'));
    symlinkSync(join(outside, 'secret.json'), at(project, 'reports/waivers.json'));
    symlinkSync('../outside-later', at(project, 'not-there-yet'));
    project.write(
      'docket.config.ts',
      `import { writeFileSync } from 'node:fs'; writeFileSync('${join(outside, 'ran')}', ''); export default {};`,
    );
    project.git('add', '--all', '--force', 'cases', 'reports/waivers.json', 'not-there-yet', 'docket.config.ts');
    for (const words of [['gate'], ['fingerprint']]) {
      const { code, stdout, stderr } = await runHere(words, project);
      expect(code).toBe(2);
      for (const link of ['cases/secret.json', 'reports/waivers.json', 'not-there-yet']) expect(stdout + stderr).toContain(link);
      expect(stdout + stderr).not.toContain('a secret');
    }
    expect(existsSync(join(outside, 'ran'))).toBe(false);
  });

  it("that stay inside, or are main's own, is judged", { tags: ['slow'] }, async () => {
    using moved = main.branch();
    moved.git('switch', '--quiet', 'main');
    symlinkSync(outside, at(moved, 'elsewhere'));
    moved.commit('A link of main');
    using project = moved.branchAs('with-links');
    symlinkSync('user-message.txt', at(project, 'another-message.txt'));
    project.git('add', '--all');
    expect((await runHere(['gate'], project)).code).toBe(0);
  });

  it('in the place of a report: the link is replaced, and a folder of reports that leads out is not written to', {
    tags: ['slow'],
  }, async () => {
    const victim = join(outside, 'victim');
    writeFileSync(victim, 'mine');
    using project = changing(main, { 'prompts/v1.md': `${soundPrompt}\n` });
    symlinkSync(victim, at(project, 'reports/verdict.json'));
    expect((await runHere(['gate'], project)).code).toBe(0);
    expect(lstatSync(at(project, 'reports/verdict.json')).isFile()).toBe(true);
    rmSync(at(project, 'reports'), { recursive: true });
    symlinkSync(outside, at(project, 'reports'));
    const { code, stdout, stderr } = await runHere(['gate'], project);
    // Its baseline is behind the link as well, which is as good as removed: beside a changed agent that is approved or blocks.
    expect(stdout).toMatch(/baseline +reports\/baseline\.json removed/);
    expect(code).toBe(6);
    expect(stderr).toContain('its folder leads out of the repository');
    expect(readFileSync(victim, 'utf8')).toBe('mine');
    expect(existsSync(join(outside, 'verdict.json'))).toBe(false);
  });
});

it('docket eval and compare show their tables when nothing can be written', async () => {
  using project = fixtureProject({ trials: 1 });
  writeFileSync(join(project.directory, 'reports'), 'a file in the way');
  const evaluated = await runHere(['eval'], project);
  expect(evaluated.stdout).toMatch(/passed +1\/2 = 50 % +2\/2 = 100 %/);
  expect(evaluated.stderr).toMatch(/evaluation\.json: cannot be written .*run the same command again/s);
  expect(evaluated.code).toBe(2);
  const compared = await runHere(['compare', 'v1', 'v2'], project);
  expect(compared.stdout).toContain('✓ flipped to pass');
  expect(compared.stdout).toContain('page: not written, see below');
  expect(compared.code).toBe(2);
});

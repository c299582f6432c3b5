import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandsBelow } from './testing/commands-below.ts';
import { fixtureProject, parcelCase } from './testing/fixture-project.ts';
import { unusualWeights } from './testing/parcel-desk.ts';
import { runDocket } from './testing/run-docket.ts';
import { runHere } from './testing/run-here.ts';

const project = fixtureProject();
const { directory } = project;

describe('docket', () => {
  it('explains itself and each command with examples and exit codes', async () => {
    const [top, version] = await Promise.all([runDocket(['--help']), runDocket(['--version'])]);
    const all = await commandsBelow();
    expect(all.length).toBeGreaterThan(20);
    const commands = await Promise.all(all.map((words) => runHere([...words, '--help'])));
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    for (const { code, stdout } of [top, version, ...commands]) {
      expect(code).toBe(0);
      expect(stdout).not.toBe('');
    }
    for (const [index, { stdout }] of commands.entries()) expect(stdout, all[index]?.join(' ')).toMatch(/Examples[\s\S]*Exit codes/);
  });

  it.each([
    [[], 'Usage: docket'],
    [['evil'], "unknown command 'evil'"],
    [['eval', '--trails', '3'], "unknown option '--trails'"],
    [['eval', '--trials', '0'], 'at least 1'],
    [['eval', '--trials', '1.5'], 'at least 1'],
    [['eval', '-j', 'many'], 'at least 1'],
    [['eval', '0'], 'at least 1'],
    [['eval', '--slip-rate', '2'], 'between 0 and 1'],
    [['eval', '--budget', '-1'], 'above 0'],
    [['eval', '--mode', 'imagined'], 'live, recorded, simulated'],
    [['eval', '--fresh', '--series', 'a'], 'cannot be used with'],
    [['eval', '--versions', 'v1,,v2'], 'separated by commas'],
    [['gate', '--budget', 'much'], 'number of model runs'],
    [['gate', '--on-inconclusive', 'cheer'], 'fail, warn'],
    [['report', 'merge', 'a.json'], '--output'],
    [['compare', 'v1'], "missing required argument 'to'"],
    [['compare', 'v1', 'v1'], 'two different versions'],
    [['serve-model', '--port', '70000'], '0 to 65535'],
  ])('refuses %j as wrong usage', async (words, message) => {
    const { code, stdout, stderr } = await runHere(words);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('refuses a case that is not there, and lists those that are', async () => {
    const { code, stdout, stderr } = await runHere(['eval', '--case', 'nowhere'], { directory });
    expect(stderr).toContain('Known: heavy, light');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('answers with JSON also when it refuses', async () => {
    const { code, stdout } = await runHere(['eval', '--versions', 'v9', '--json'], { directory });
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'error', exitCode: 2, message: expect.stringContaining('Known: v1, v2') });
    expect(code).toBe(2);
  });

  it('says what it needs where there is no configuration', async () => {
    const { code, stderr } = await runHere(['eval'], { directory: '/' });
    expect(stderr).toContain('No docket.config.ts');
    expect(code).toBe(2);
  });

  it('ends as a crash with a stack and what to report when the fault is not the user’s', async () => {
    using broken = fixtureProject({ trials: 1 });
    broken.writeCase('breaking', parcelCase('breaking', unusualWeights.breaks, false));
    const { code, stderr } = await runDocket(['eval', '--case', 'breaking'], broken);
    expect(stderr).toContain('TypeError: the clerk broke');
    expect(stderr).toContain('Please report');
    expect(stderr).toContain('eval --case breaking');
    expect(code).toBe(70);
  });

  it('does not take the blame for code of the project, and says where that is', async () => {
    using broken = fixtureProject({ trials: 1 });
    const config = join(broken.directory, 'docket.config.ts');
    const template = `{ source: import.meta.url, render: () => new URL('the template broke').href }`;
    writeFileSync(config, readFileSync(config, 'utf8').replace('...parcelDesk,', `...parcelDesk, userMessage: ${template},`));
    const { code, stderr } = await runDocket(['eval'], broken);
    expect(stderr).toMatch(/error: The project's own code failed, not Docket: fix \S+docket\.config\.ts:3:\d+\nTypeError: Invalid URL\n/);
    expect(stderr).not.toMatch(/Please report|tool-loop/);
    expect(code).toBe(2);
  });

  it('is quiet when its reader goes away', async () => {
    const ended = await runDocket(['eval', '--trials', '1'], { directory, onStart: (child) => child.stdout?.destroy() });
    expect(ended.stderr).not.toMatch(/EPIPE|Error/);
    expect(ended.code).toBe(0);
  });

  it.runIf(existsSync('/dev/full'))('says what is wrong when a full disk takes nothing of what it prints', () => {
    const full = openSync('/dev/full', 'w');
    const main = join(import.meta.dirname, 'main.ts');
    const { status, stderr } = spawnSync(process.execPath, [main, '--help'], { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
    closeSync(full);
    expect(stderr).toBe('error: the output cannot be written (ENOSPC). Free some space, or write it somewhere else.\n');
    expect(status).toBe(3);
  });

  it('colours only where colours are wanted', { tags: ['slow'] }, async () => {
    const [piped, forced, refused] = await Promise.all([
      runDocket(['cases', 'lint'], { directory }),
      runDocket(['cases', 'lint'], { directory, environment: { FORCE_COLOR: '1' } }),
      runDocket(['cases', 'lint'], { directory, environment: { NO_COLOR: '1' } }),
    ]);
    expect(forced.stdout).toContain('\u001B[32m✓');
    for (const { stdout } of [piped, refused]) expect(stdout).toBe('✓ 2 cases in cases: no faults.\n');
  });
});

afterAll(() => project[Symbol.dispose]());

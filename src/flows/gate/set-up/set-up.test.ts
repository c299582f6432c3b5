import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../contracts/clock.ts';
import { setUp } from './index.ts';

let folder = '';
beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'docket-set-up-')))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a set-up of the tests does beside counting how often it ran. */
const installing = (rest: string) => `
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
appendFileSync(process.env.RUNS, 'x');
mkdirSync('.venv/lib', { recursive: true });
writeFileSync('.venv/lib/tariff.txt', 'of the lockfile');
${rest}
`;

function checkout(name: string, files: Readonly<Record<string, string>>): { readonly top: string; readonly files: string[] } {
  const top = join(folder, name);
  for (const [path, text] of Object.entries({ 'agent.py': `# ${name}`, 'uv.lock': 'one', ...files })) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
  }
  return { top, files: Object.keys({ 'agent.py': '', 'uv.lock': '', ...files }) };
}

function ready({ top, files }: ReturnType<typeof checkout>, environment: Readonly<Record<string, string>> = {}) {
  return setUp({
    whose: "Main's",
    command: [process.execPath, 'install.mjs'],
    root: top,
    top,
    files,
    kept: join(folder, 'kept'),
    environment: { PATH: process.env.PATH, RUNS: join(folder, 'runs'), ...environment },
    clock: systemClock,
    signal: new AbortController().signal,
  });
}

const runs = () => (existsSync(join(folder, 'runs')) ? readFileSync(join(folder, 'runs'), 'utf8').length : 0);

describe('a set-up', () => {
  it('runs once for a lockfile, whatever else differs between the checkouts, and again for another one', async () => {
    const install = { 'install.mjs': installing('') };
    const checkouts = [checkout('first', install), checkout('second', { ...install, 'prompts/clerk.md': 'Be kind.' })];
    await Promise.all(checkouts.map((each) => ready(each)));
    for (const { top } of checkouts) expect(readFileSync(join(top, '.venv/lib/tariff.txt'), 'utf8')).toBe('of the lockfile');
    expect(runs()).toBe(1);
    await ready(checkout('third', { ...install, 'uv.lock': 'two' }));
    await ready(checkout('fourth', { 'install.mjs': installing('// another') }));
    expect(runs()).toBe(3);
  });

  const ownOnly: [string, string][] = [
    ['an editable install', "writeFileSync('.venv/lib/_agent.pth', process.cwd());"],
    ['a package of the checkout itself', "writeFileSync('.venv/lib/direct_url.json', JSON.stringify({ url: 'file://' + process.cwd() }));"],
    ['what was built of its sources', "mkdirSync('dist'); writeFileSync('dist/agent.js', '');"],
    ['a linked workspace', "mkdirSync('node_modules'); (await import('node:fs')).symlinkSync('../agent.py', 'node_modules/agent');"],
  ];
  for (const [what, rest] of ownOnly) {
    it(`that leaves ${what} serves no other checkout`, async () => {
      const install = { 'install.mjs': installing(rest) };
      for (const each of [checkout('first', install), checkout('second', install)]) {
        await ready(each);
        expect(lstatSync(join(each.top, '.venv')).isDirectory()).toBe(true);
      }
      // Once to see that, and once for each.
      expect(runs()).toBe(3);
    });
  }

  it("empties no other checkout's packages", async () => {
    const rest =
      "mkdirSync('dist', { recursive: true }); rmSync('node_modules', { recursive: true, force: true }); mkdirSync('node_modules/own', { recursive: true });";
    const each = checkout('first', { 'install.mjs': installing(rest) });
    mkdirSync(join(folder, 'candidate/scales'), { recursive: true });
    symlinkSync(join(folder, 'candidate'), join(each.top, 'node_modules'));
    await ready(each);
    expect(existsSync(join(folder, 'candidate/scales'))).toBe(true);
    expect(existsSync(join(each.top, 'node_modules/own'))).toBe(true);
  });

  it('that fails says what it printed, without keys, and leaves nothing for the next one', async () => {
    const failing = checkout('first', {
      'install.mjs': "console.error('No such package: scales ' + process.env.DESK_API_KEY); process.exit(3);",
    });
    const environment = { DESK_API_KEY: 'a-long-secret-key' };
    const failure = await ready(failing, environment).catch((error: Error) => error.message);
    expect(failure).toMatch(/^Main's set-up failed: ".*install\.mjs" ended with exit code 3 in .*\. It printed: No such package: scales /s);
    expect(failure).not.toContain('a-long-secret-key');
    expect(failure).toContain('correct "setup"');
    await expect(ready(failing, environment)).rejects.toThrow('exit code 3');
    const missing = setUp({
      ...{ whose: "Main's", command: ['no-such-program'], root: failing.top, top: failing.top, files: failing.files },
      kept: join(folder, 'kept'),
      clock: systemClock,
      signal: new AbortController().signal,
    });
    await expect(missing).rejects.toThrow('could not be started (ENOENT)');
  });
});

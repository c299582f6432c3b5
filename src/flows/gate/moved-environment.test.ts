import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { movedEnvironment } from './moved-environment.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'docket-moved-')));
const [from, to] = [join(folder, 'my repository'), join(folder, 'mains')];
const write = (path: string, text = '') => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

beforeAll(() => {
  for (const path of ['src/desk/__init__.py', 'data/rules.yaml', 'agent/docket.config.ts']) write(join(from, path));
  execFileSync('git', ['-C', from, 'init', '--quiet', '--template=']);
  execFileSync('git', ['-C', from, 'add', '--all']);
  for (const path of ['.venv/bin/python3', 'installed/tool']) write(join(from, path));
  write(join(to, 'installed/tool'));
  symlinkSync(from, join(folder, 'link'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const moved = (environment: NodeJS.ProcessEnv) => movedEnvironment(environment, { from: join(from, 'agent'), to });

describe("another checkout's environment", () => {
  it.each<readonly [what: string, value: string, expected: string]>([
    ['a file', join(from, 'data/rules.yaml'), join(to, 'data/rules.yaml')],
    ['the top folder', from, to],
    ['the top folder with a slash', `${from}/`, `${to}/`],
    ['an address of a file', `file://${from}/data/rules.yaml`, `file://${to}/data/rules.yaml`],
    ['several folders', ['/usr/lib', join(from, 'src'), from].join(':'), ['/usr/lib', join(to, 'src'), to].join(':')],
    ['a word of an option', `-Drules=${from}/data/rules.yaml -x`, `-Drules=${to}/data/rules.yaml -x`],
    ['JSON', JSON.stringify({ rules: `${from}/data/rules.yaml` }), JSON.stringify({ rules: `${to}/data/rules.yaml` })],
    ['a folder whose name only begins alike', `${from}-other/data`, `${from}-other/data`],
    ['what git does not know', join(from, '.venv/bin'), join(from, '.venv/bin')],
    ['what git does not know and the other has too', join(from, 'installed/tool'), join(to, 'installed/tool')],
    ['a server', `https://desk.example${from}`, `https://desk.example${from}`],
  ])('leads to its own files: %s', async (_, value, expected) => {
    expect(await moved({ RULES: value })).toMatchObject({ RULES: expected });
  });

  it('follows the spelling of the shell, through a link', async () => {
    const PWD = join(folder, 'link', 'agent');
    expect(await moved({ PWD, RULES: join(folder, 'link', 'data/rules.yaml') })).toEqual({
      PWD: join(to, 'agent'),
      RULES: join(to, 'data/rules.yaml'),
    });
  });

  it.each([
    ['__editable__.desk.pth', (source: string) => `${source}\n`],
    ['_desk.pth', (source: string) => `import _virtualenv\n${source}\n`],
    ['__editable___desk_finder.py', (source: string) => `MAPPING: dict[str, str] = {'desk': '${source}/desk'}\n`],
  ])('finds there what is installed from sources: %s', async (name, text) => {
    const prefix = mkdtempSync(join(folder, 'python-'));
    write(join(prefix, 'lib/python3.12/site-packages', name), text(join(from, 'src')));
    write(join(prefix, 'bin/python3'));
    const sources = join(to, 'src');
    expect(await moved({ VIRTUAL_ENV: prefix })).toMatchObject({ PYTHONPATH: sources });
    expect(await moved({ PATH: join(prefix, 'bin'), PYTHONPATH: '/mine' })).toMatchObject({
      PYTHONPATH: ['/mine', sources].join(delimiter),
    });
    expect(await moved({ PATH: '/nowhere' })).toEqual({ PATH: '/nowhere' });
  });
});

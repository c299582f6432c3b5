import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { loadEnvironment } from './load-environment.ts';

function load(content: string | Buffer | undefined, environment: Record<string, string | undefined> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'docket-environment-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  if (content !== undefined) writeFileSync(join(directory, '.env'), content);
  const warnings: string[] = [];
  return { loaded: loadEnvironment(directory, environment, (message) => warnings.push(message)), warnings };
}

it('adds what .env holds and leaves what is set', () => {
  const { loaded } = load('# keys\nANTHROPIC_API_KEY="from-file"\nOTHER=two\n', { ANTHROPIC_API_KEY: 'set', UNSET: undefined });
  expect(loaded).toEqual({ ANTHROPIC_API_KEY: 'set', OTHER: 'two' });
});

it('reads a file with a byte order mark and Windows line ends', () => {
  expect(load('\uFEFFANTHROPIC_API_KEY=key\r\nB=2\r\n').loaded).toEqual({ ANTHROPIC_API_KEY: 'key', B: '2' });
});

it.each([
  ['shell', 'export ANTHROPIC_API_KEY="key"\n\texport\tB=2\n'],
  ['of another shell', "set ANTHROPIC_API_KEY='key'\r\nB = 2\r\n"],
  ['with remarks', 'ANTHROPIC_API_KEY=key # ours\n# ANTHROPIC_BASE_URL=http://unused\nB=`2`\n'],
  ['of Windows, in UTF-16', Buffer.from('\uFEFFANTHROPIC_API_KEY=key\r\nB=2\r\n', 'utf16le')],
  ['in UTF-16 the other way round', Buffer.from('\uFEFFANTHROPIC_API_KEY=key\nB=2\n', 'utf16le').swap16()],
])('reads a file as it is written for a %s', (_name, content) => {
  expect(load(content)).toEqual({ loaded: { ANTHROPIC_API_KEY: 'key', B: '2' }, warnings: [] });
});

it.each(['A=1\nANTHROPIC_API_KEY: secret-key\n', 'A=1\n$env:ANTHROPIC_API_KEY="secret-key"\n', 'A=1\nANTHROPIC_API_KEY secret-key\n'])(
  'says which line sets no key, though it means to, and does not repeat it: %j',
  (content) => {
    const { loaded, warnings } = load(content);
    expect(Object.hasOwn(loaded, 'ANTHROPIC_API_KEY')).toBe(false);
    expect(warnings).toEqual([expect.stringMatching(/\.env, line 2, does not set ANTHROPIC_API_KEY: write ANTHROPIC_API_KEY=value/)]);
    expect(warnings.join()).not.toContain('secret');
  },
);

it('adds nothing when there is no file', () => {
  expect(load(undefined, { A: '1' })).toEqual({ loaded: { A: '1' }, warnings: [] });
});

it.each([
  ['nonsense', 'this is = not ? a\n===\n"unclosed\n'],
  ['binary', Buffer.from([0, 255, 1, 254, 10, 61, 0])],
  ['empty', ''],
])('is not put out by a file that is %s', (_name, content) => {
  expect(load(content, { A: '1' }).loaded).toMatchObject({ A: '1' });
});

it('says so when .env is a folder', () => {
  const directory = mkdtempSync(join(tmpdir(), 'docket-environment-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, '.env'));
  const warnings: string[] = [];
  expect(loadEnvironment(directory, { A: '1' }, (message) => warnings.push(message))).toEqual({ A: '1' });
  expect(warnings).toEqual([expect.stringContaining('EISDIR')]);
});

it('refuses a file of which git cannot say whether it tracks it', () => {
  const directory = mkdtempSync(join(tmpdir(), 'docket-environment-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, '.git'));
  writeFileSync(join(directory, '.env'), 'ANTHROPIC_BASE_URL=http://elsewhere');
  expect(() => loadEnvironment(directory, {}, () => {})).toThrow(/git does not read .*: not a git repository/);
});

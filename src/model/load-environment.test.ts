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

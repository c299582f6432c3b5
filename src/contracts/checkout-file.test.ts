import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCheckoutFile, repositoryAround, writeCheckoutFile } from './checkout-file.ts';

let outside: string;
let top: string;

beforeEach(() => {
  outside = realpathSync(mkdtempSync(join(tmpdir(), 'docket-checkout-')));
  top = join(outside, 'repository');
  mkdirSync(join(top, 'reports'), { recursive: true });
  writeFileSync(join(outside, 'secret'), 'the secret');
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

const at = (...path: string[]) => join(top, ...path);

describe('reading', () => {
  test('a file, and a link to another file of the repository', () => {
    writeFileSync(at('real.json'), '{"é": 1}');
    symlinkSync('../real.json', at('reports/case.json'));
    expect(readCheckoutFile(at('real.json'), top)).toEqual({ text: '{"é": 1}' });
    expect(readCheckoutFile(at('reports/case.json'), top)).toEqual({ text: '{"é": 1}' });
  });

  test.each<[string, () => string]>([
    ['a link out of it', () => link('reports/case.json', join(outside, 'secret'))],
    ['a relative one', () => link('reports/case.json', '../../secret')],
    ['a folder that is one', () => join(link('linked', outside), 'secret')],
    ['a link to a link', () => link('two', link('one', '../secret'))],
  ])('not %s', (_, make) => {
    expect(readCheckoutFile(make(), top)).toEqual({
      fault: `is not read: it leads out of the repository, to ${outside}/secret. Put the file itself there`,
    });
  });

  test("nothing of git's own", () => {
    mkdirSync(at('.git'));
    writeFileSync(at('.git/config'), 'token');
    expect(readCheckoutFile(link('reports/case.json', '../.git/config'), top)).toEqual({
      fault: `is not read: it leads to git's own ${top}/.git/config`,
    });
  });

  test('no folder named like the repository counts as within it', () => {
    mkdirSync(`${top}-other`);
    writeFileSync(`${top}-other/file`, 'x');
    expect(readCheckoutFile(link('sibling', `${top}-other/file`), top)).toHaveProperty('fault');
  });

  test('a pipe, a folder, a socket and a device are refused at once', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    mkdirSync(at('folder'));
    const server = createServer().listen(at('socket'));
    await new Promise((listening) => server.once('listening', listening));
    expect(readCheckoutFile(at('pipe'), top)).toEqual({ fault: 'is not read: it is a named pipe, not a file' });
    expect(readCheckoutFile(at('folder'), top)).toEqual({ fault: 'is not read: it is a folder, not a file' });
    expect(readCheckoutFile(at('socket'), top)).toEqual({ fault: 'cannot be read: it is not a file', code: 'ENXIO' });
    expect(readCheckoutFile(link('zero', '/dev/zero'), top)).toEqual({ fault: 'is not read: it is a device, not a file' });
    await new Promise((closed) => server.close(closed));
  });

  test('a file as large as the disk is not taken in', () => {
    writeFileSync(at('large'), '');
    truncateSync(at('large'), 2 ** 33);
    expect(readCheckoutFile(at('large'), top)).toEqual({ fault: 'is not read: it has more than 16 MB. Make it smaller' });
    writeFileSync(at('fits'), 'x'.repeat(1024));
    expect(readCheckoutFile(at('fits'), top, 1024)).toHaveProperty('text');
  });

  test('what is not there says so', () => {
    expect(readCheckoutFile(at('nothing'), top)).toEqual({ fault: 'cannot be read (ENOENT)', code: 'ENOENT', missing: true });
    expect(readCheckoutFile(link('circle', 'circle'), top)).toMatchObject({ code: 'ELOOP' });
  });
});

describe('writing', () => {
  test('replaces a link and leaves alone what it led to', () => {
    link('reports/verdict.json', join(outside, 'secret'));
    expect(writeCheckoutFile(at('reports/verdict.json'), top, ['{', '}'])).toBeUndefined();
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('the secret');
    expect(lstatSync(at('reports/verdict.json')).isFile()).toBe(true);
    expect(readFileSync(at('reports/verdict.json'), 'utf8')).toBe('{}');
    expect(readdirSync(at('reports'))).toEqual(['verdict.json']);
  });

  test.skipIf(process.platform === 'win32')('in the place of a device or a pipe it is refused, and the pipe stays', () => {
    execFileSync('mkfifo', [at('reports/pipe')]);
    expect(writeCheckoutFile(at('reports/pipe'), top, ['x'])).toEqual({
      fault: 'is not written: it is there and is no plain file. Name another one',
    });
    expect(lstatSync(at('reports/pipe')).isFIFO()).toBe(true);
  });

  test('not into a folder that leads out', () => {
    rmSync(at('reports'), { recursive: true });
    link('reports', outside);
    expect(writeCheckoutFile(at('reports/secret'), top, ['x'])).toEqual({
      fault: `is not written: its folder leads out of the repository, to ${outside}`,
    });
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('the secret');
  });

  test('a folder or a file in the way is named, and nothing half-made stays', () => {
    mkdirSync(at('reports/verdict.json'));
    expect(writeCheckoutFile(at('reports/verdict.json'), top, ['x'])).toMatchObject({
      fault: expect.stringMatching(/^cannot be written \(E/),
    });
    expect(readdirSync(at('reports'))).toEqual(['verdict.json']);
    writeFileSync(at('file'), '');
    expect(writeCheckoutFile(at('file/verdict.json'), top, ['x'])).toMatchObject({ code: expect.stringMatching(/^E(NOTDIR|EXIST)$/) });
  });

  test('an error in what is written leaves the old file', () => {
    writeFileSync(at('reports/verdict.json'), 'old');
    const broken = function* () {
      yield 'new';
      throw new TypeError('broken');
    };
    expect(() => writeCheckoutFile(at('reports/verdict.json'), top, broken())).toThrow('broken');
    expect(readFileSync(at('reports/verdict.json'), 'utf8')).toBe('old');
    expect(readdirSync(at('reports'))).toEqual(['verdict.json']);
  });
});

test('the repository is where .git is', () => {
  mkdirSync(at('.git'));
  expect(repositoryAround(at('reports'))).toBe(top);
  expect(repositoryAround(top)).toBe(top);
});

function link(path: string, target: string): string {
  symlinkSync(target, at(path));
  return at(path);
}

import { existsSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exitCodes } from './docket-error.ts';
import { temporaryFilesFault, temporaryFolder } from './temporary-folder.ts';

function failing(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

it('makes a folder of its own each time', () => {
  const made = [temporaryFolder('docket-try'), temporaryFolder('docket-try')];
  expect(new Set(made).size).toBe(2);
  for (const folder of made) {
    expect(existsSync(folder)).toBe(true);
    rmdirSync(folder);
  }
});

it.runIf(existsSync('/dev/full'))('a full disk is told, and is no usage error: the same command may go on later', () => {
  const fault = temporaryFilesFault(
    failing(() => writeFileSync('/dev/full', 'a text')),
    '/dev/full',
  );
  expect(fault).toMatchObject({
    name: 'DocketError',
    exitCode: exitCodes.incomplete,
    message: expect.stringMatching(/the disk is full \(ENOSPC\).*Free space there, or set TMPDIR to another folder/),
  });
});

it('what failed elsewhere stays what it was', () => {
  const elsewhere = failing(() => writeFileSync(join(import.meta.dirname, 'no-such-folder', 'file'), ''));
  expect(temporaryFilesFault(elsewhere, '/tmp/docket-try-abc')).toBe(elsewhere);
  const fault = new TypeError('of the code');
  expect(temporaryFilesFault(fault, '/tmp/docket-try-abc')).toBe(fault);
});

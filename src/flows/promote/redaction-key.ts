import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DocketError } from '../../contracts/docket-error.ts';

/**
 * The project's secret for pseudonyms, below `.docket/` and never in git; made when it is first needed. Without it nobody can try out which
 * value a pseudonym stands for.
 * @throws {DocketError} when it cannot be read or written
 */
export function redactionKey(root: string, makeKey: () => string = newKey): string {
  const file = fileOf(root);
  try {
    mkdirSync(dirname(file), { recursive: true });
    try {
      writeFileSync(file, `${makeKey()}\n`, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const key = readFileSync(file, 'utf8').trim();
    if (key.length >= 32) return key;
  } catch (cause) {
    throw new DocketError(
      `${file}: the key for pseudonyms cannot be used (${(cause as NodeJS.ErrnoException).code}). Make the folder writable.`,
      {
        cause,
      },
    );
  }
  throw new DocketError(`${file}: the key for pseudonyms is too short. Remove the file; a new one is created, and pseudonyms change.`);
}

/** The same secret for who only looks: nothing is written, and where there is none yet, pseudonyms are those of this moment. */
export function redactionKeyToRead(root: string): string {
  return existsSync(fileOf(root)) ? redactionKey(root) : newKey();
}

function fileOf(root: string): string {
  return join(root, '.docket', 'redaction.key');
}

function newKey(): string {
  return randomBytes(32).toString('hex');
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { DocketError } from '../contracts/docket-error.ts';
import type { Environment } from './credentials.ts';
import { isKnownToGit } from './tracked-file.ts';
import { howToRead, unreadRepository } from './unread-repository.ts';

/**
 * The environment with what `.env` in `directory` adds; what is set already wins. No file, or one that cannot be read, adds nothing.
 * @param warn told why a file that exists was not read
 * @throws {DocketError} when git knows the file, or cannot say whether it does: whoever writes a commit could name a server in it, and would be sent the key
 */
export function loadEnvironment(directory: string, environment: Environment, warn: (message: string) => void): Environment {
  const path = join(directory, '.env');
  let text: string;
  try {
    text = textOf(readFileSync(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') warn(`${path} cannot be read (${code}); continuing without it.`);
    return environment;
  }
  const added = parseEnv(text.replaceAll(/^[ \t]*(?:export|set)[ \t]+(?=[A-Za-z_]\w*[ \t]*=)/gm, ''));
  const unread = text.trim() === '' ? undefined : unreadRepository(directory);
  if (unread)
    throw new DocketError(
      `${path} is not read: whether a commit brought it only git can say, and git does not read ${unread.top}: ${unread.reason}. ${howToRead(unread)} Or set the variables in the environment and remove the file.`,
    );
  if (text.trim() !== '' && isKnownToGit(path)) {
    throw new DocketError(
      `${path} is not read because git tracks it: a commit must not decide which model answers or where a key goes. Set the variables in the environment and remove the file: git rm --cached .env, delete it, and add .env to .gitignore. A key in it is known to everyone who can read the repository.`,
    );
  }
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, name] = /^[^#]*\b(ANTHROPIC_(?:API_KEY|AUTH_TOKEN|BASE_URL|CUSTOM_HEADERS))\b/.exec(line) ?? [];
    // Without a word the simulated model would answer instead.
    if (name && !Object.hasOwn(added, name))
      warn(`${path}, line ${index + 1}, does not set ${name}: write ${name}=value, on a line of its own.`);
  }
  const set = Object.entries(environment).filter(([, value]) => value !== undefined);
  return { ...added, ...Object.fromEntries(set) };
}

/** Windows writes files in UTF-16, too, and says so at their start. */
function textOf(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return bytes.subarray(2).toString('utf16le');
  if (first === 0xfe && second === 0xff)
    return Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)))
      .swap16()
      .toString('utf16le');
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

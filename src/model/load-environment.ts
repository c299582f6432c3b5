import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { DocketError } from '../contracts/docket-error.ts';
import type { Environment } from './credentials.ts';
import { isKnownToGit } from './tracked-file.ts';

/**
 * The environment with what `.env` in `directory` adds; what is set already wins. No file, or one that cannot be read, adds nothing.
 * @param warn told why a file that exists was not read
 * @throws {DocketError} when git knows the file: whoever writes a commit could name a server in it, and would be sent the key
 */
export function loadEnvironment(directory: string, environment: Environment, warn: (message: string) => void): Environment {
  const path = join(directory, '.env');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') warn(`${path} cannot be read (${code}); continuing without it.`);
    return environment;
  }
  const added = parseEnv(text.replace(/^\uFEFF/, ''));
  if (text.trim() !== '' && isKnownToGit(path)) {
    throw new DocketError(
      `${path} is not read because git tracks it: a commit must not decide which model answers or where a key goes. Set the variables in the environment and remove the file: git rm --cached .env, delete it, and add .env to .gitignore. A key in it is known to everyone who can read the repository.`,
    );
  }
  const set = Object.entries(environment).filter(([, value]) => value !== undefined);
  return { ...added, ...Object.fromEntries(set) };
}

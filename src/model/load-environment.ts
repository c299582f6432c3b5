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
    if (code !== 'ENOENT') warn(`${path} cannot be read (${code}); going on without it.`);
    return environment;
  }
  const added = parseEnv(text.replace(/^\uFEFF/, ''));
  if (text.trim() !== '' && isKnownToGit(path)) {
    throw new DocketError(
      `${path} is not read, because git has it: what a commit brings must not say who answers, nor where a key goes. Set the variables in the environment, and take the file away: git rm --cached .env, delete it, and list .env in .gitignore. A key in it is known to everybody who can read the repository.`,
    );
  }
  const set = Object.entries(environment).filter(([, value]) => value !== undefined);
  return { ...added, ...Object.fromEntries(set) };
}

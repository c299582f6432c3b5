import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from './credentials.ts';

/**
 * The environment with what `.env` in `directory` adds; what is set already wins. No file, or one that cannot be read, adds nothing.
 * @param warn told why a file that exists was not read
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
  const set = Object.entries(environment).filter(([, value]) => value !== undefined);
  return { ...added, ...Object.fromEntries(set) };
}

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Longest time for npm, milliseconds. */
const installLimitMs = 300_000;

/**
 * Makes a folder with the packages of a manifest, once for each content of it.
 * @param more further words for npm
 * @returns the folder, in which a script finds them
 * @throws when the installation fails
 */
export function nodeEnvironment(directory: string, manifest: string, more: readonly string[] = []): string {
  const name = createHash('sha256').update(readFileSync(manifest)).digest('hex').slice(0, 12);
  const environment = join(directory, name);
  const complete = join(environment, 'complete');
  if (existsSync(complete)) return environment;
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(environment, { recursive: true });
  copyFileSync(manifest, join(environment, 'package.json'));
  const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--silent', ...more];
  execFileSync('npm', words, { cwd: environment, stdio: 'inherit', timeout: installLimitMs });
  writeFileSync(complete, '');
  return environment;
}

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Oldest Python that the frameworks run on. */
const oldestMinor = 10;

/** Longest time for pip, milliseconds. */
const installLimitMs = 480_000;

/** A Python with the frameworks installed, or the reason why there is none on this machine. */
export type PythonEnvironment = { readonly kind: 'ready'; readonly python: string } | { readonly kind: 'absent'; readonly reason: string };

/**
 * Makes a virtual environment with the requirements, once for each content of their file.
 * @throws when there is a Python and the installation fails
 */
export function pythonEnvironment(directory: string, requirements: string): PythonEnvironment {
  // ensurepip is a package of its own on Debian, and without it there is no pip in the environment.
  const probe = spawnSync('python3', ['-c', 'import sys, venv, ensurepip; print(sys.version_info[1])'], { encoding: 'utf8' });
  if (probe.error) return { kind: 'absent', reason: 'there is no python3' };
  if (probe.status !== 0) return { kind: 'absent', reason: 'python3 cannot make virtual environments (python3-venv is missing)' };
  if (Number(probe.stdout) < oldestMinor)
    return { kind: 'absent', reason: `python3 is 3.${probe.stdout.trim()}, older than 3.${oldestMinor}` };
  const name = createHash('sha256').update(readFileSync(requirements)).update(probe.stdout).digest('hex').slice(0, 12);
  const environment = join(directory, name);
  const python = join(environment, 'bin/python');
  const complete = join(environment, 'complete');
  if (existsSync(complete)) return { kind: 'ready', python };
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  execFileSync('python3', ['-m', 'venv', environment], { stdio: 'inherit' });
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements];
  execFileSync(python, install, { stdio: 'inherit', timeout: installLimitMs });
  writeFileSync(complete, '');
  return { kind: 'ready', python };
}

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };

const repository = join(import.meta.dirname, '../..');

/** Runs a program in the repository. @throws when it ends with anything but 0 */
export function runHere(command: string, ...words: readonly string[]): string {
  return execFileSync(command, words, {
    cwd: repository,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Packs the package, built anew, into a folder; returns the tarball's path. */
export function packTarball(folder: string): string {
  runHere('npm', 'pack', '--silent', '--pack-destination', folder);
  return join(folder, `docket-evals-${manifest.version}.tgz`);
}

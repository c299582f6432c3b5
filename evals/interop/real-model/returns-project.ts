import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runDocket } from '../../../src/cli/testing/run-docket.ts';
import type { Ended } from '../../../src/cli/testing/run-process.ts';

const repository = join(import.meta.dirname, '../../..');

/** The returns desk in a repository of its own, whose model is at an address. */
export class ReturnsProject implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'docket-real-model-'));
  readonly #environment: Readonly<Record<string, string>>;

  constructor(url: string) {
    this.#environment = { ANTHROPIC_API_KEY: 'nobody-asks-for-this-key', ANTHROPIC_BASE_URL: url, GIT_CONFIG_GLOBAL: '/dev/null' };
    cpSync(join(import.meta.dirname, 'desk'), this.directory, { recursive: true });
    // This repository's own sources, as no package is installed.
    for (const file of ['agent.ts', 'docket.config.ts', 'scorers.ts'])
      this.replace(file, '../../../../src/index.ts', pathToFileURL(join(repository, 'src/index.ts')).href);
    symlinkSync(join(repository, 'node_modules'), join(this.directory, 'node_modules'), 'dir');
    this.write('.gitignore', 'node_modules\n.docket\nevals\nreports/*\n!reports/baseline.json\n');
    this.write('package.json', JSON.stringify({ type: 'module' }));
    this.git('init', '--quiet', '--template=', '--initial-branch', 'main');
    this.commit('The returns desk');
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.directory, path), text);
  }

  /** @throws when a file does not say what is to be replaced */
  replace(path: string, from: string | RegExp, to: string): void {
    const text = readFileSync(join(this.directory, path), 'utf8');
    const replaced = text.replace(from, to);
    if (replaced === text) throw new Error(`${path} does not say ${from}.`);
    this.write(path, replaced);
  }

  commit(message: string): void {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
  }

  /** A branch off main, with one change of one file. */
  branch(name: string, path: string, from: string | RegExp, to: string): void {
    this.git('switch', '--quiet', '--force-create', name, 'main');
    this.replace(path, from, to);
    this.commit(name);
  }

  git(...words: readonly string[]): string {
    const who = ['-c', 'user.name=Returns lead', '-c', 'user.email=returns@example.org'];
    return execFileSync('git', [...who, ...words], { cwd: this.directory, encoding: 'utf8' });
  }

  docket(...words: readonly string[]): Promise<Ended> {
    return runDocket(words, { directory: this.directory, environment: this.#environment });
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

import { cpSync, existsSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

type Words = Readonly<Record<string, string>>;

/** What the `actions/…` of GitHub do, with local folders: caches that cannot be changed once written, and artifacts. Nothing of it is on the runner. */
export class HostedServices {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keys of the caches, oldest first. */
  cacheKeys(): string[] {
    const caches = join(this.#folder, 'caches');
    if (!existsSync(caches)) return [];
    return readdirSync(caches)
      .sort()
      .map((entry) => readFileSync(join(caches, entry, 'key'), 'utf8'));
  }

  /** Where the artifacts lie, each in a folder of its name. */
  get artifactsFolder(): string {
    return join(this.#folder, 'artifacts');
  }

  /** Files of an artifact, relative to what was uploaded. */
  artifact(name: string): string[] {
    const folder = join(this.#folder, 'artifacts', name);
    return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort() : [];
  }

  /** Runs one of the actions and returns its outputs. */
  use(action: string, given: Words, workspace: string): Words {
    switch (action.replace(/@.*/, '')) {
      case 'actions/cache/restore':
        return this.#restore(given, workspace);
      case 'actions/cache/save':
        return this.#save(given, workspace);
      case 'actions/upload-artifact':
        return this.#upload(given, workspace);
      case 'actions/download-artifact':
        return this.#download(given, workspace);
      default:
        throw new Error(`${action}: not known here. Add what it does to hosted-services.ts.`);
    }
  }

  #restore({ path = '', key = '', 'restore-keys': prefixes = '' }: Words, workspace: string): Words {
    const newestFirst = this.cacheKeys()
      .map((name, index) => ({ name, folder: join(this.#folder, 'caches', entryName(index)) }))
      .reverse()
      // A cache belongs to the very words that named its path.
      .filter(({ folder }) => readFileSync(join(folder, 'path'), 'utf8') === path);
    const wanted = prefixes.split('\n').map((prefix) => prefix.trim());
    const found =
      newestFirst.find(({ name }) => name === key) ??
      wanted.filter(Boolean).flatMap((prefix) => newestFirst.find(({ name }) => name.startsWith(prefix)) ?? [])[0];
    if (!found) return { 'cache-hit': '' };
    cpSync(join(found.folder, 'files'), workspace, { recursive: true });
    return { 'cache-hit': String(found.name === key), 'cache-matched-key': found.name };
  }

  #save({ path = '', key = '' }: Words, workspace: string): Words {
    const keys = this.cacheKeys();
    const files = globSync(path, { cwd: workspace });
    if (keys.includes(key) || files.length === 0) return {};
    const folder = join(this.#folder, 'caches', entryName(keys.length));
    for (const file of files) {
      mkdirSync(dirname(join(folder, 'files', file)), { recursive: true });
      cpSync(join(workspace, file), join(folder, 'files', file), { recursive: true });
    }
    writeFileSync(join(folder, 'key'), key);
    writeFileSync(join(folder, 'path'), path);
    return {};
  }

  #upload({ name = 'artifact', path = '' }: Words, workspace: string): Words {
    const from = resolve(workspace, path);
    if (!existsSync(from)) return {};
    const to = join(this.#folder, 'artifacts', name);
    rmSync(to, { recursive: true, force: true });
    cpSync(from, to, { recursive: true });
    return { 'artifact-url': `https://github.example/artifacts/${name}` };
  }

  /** Each artifact into a folder of its own name. */
  #download({ pattern = '', path = '' }: Words, workspace: string): Words {
    const artifacts = join(this.#folder, 'artifacts');
    for (const name of existsSync(artifacts) ? readdirSync(artifacts) : [])
      if (patternOf(pattern).test(name)) cpSync(join(artifacts, name), join(resolve(workspace, path), name), { recursive: true });
    return {};
  }
}

/** A pattern of artifacts, in which only a star stands for anything. */
function patternOf(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replaceAll(/[^\w-]/g, '\\$&'))
      .join('.*')}$`,
  );
}

function entryName(index: number): string {
  return String(index).padStart(4, '0');
}

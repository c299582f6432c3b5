import { existsSync, globSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalJson, sha256 } from '../contracts/canonical-json.ts';
import { DocketError } from '../contracts/docket-error.ts';
import { type InstalledPackage, installedAt, installedPackages } from './closure/installed-package.ts';
import { type ModuleResolver, moduleResolver } from './closure/resolve-module.ts';
import { type ModuleReference, type ScannedSource, scanSource } from './closure/scan-source.ts';

/** The files with which a closure begins. */
export interface ClosureStart {
  /** `import.meta.url` or a path, by what it is for: a tool's name, for example. */
  readonly sources: Readonly<Record<string, string>>;
  /** `import.meta.url` of a module in the folder `agent` of the copy of Docket that runs the agent: it is machinery, and no part of the agent. */
  readonly docket?: string | undefined;
  /** Folder in which the agent runs: what a path that is opened as it stands is relative to. */
  readonly root?: string | undefined;
  /** Files that count themselves and are not followed. */
  readonly leaves?: ReadonlySet<string>;
  /** False follows modules only, and not the files that code opens; true when not given. */
  readonly opened?: boolean;
}

/** Something that a file needs and that cannot be known without running it. */
export interface Unseen {
  readonly file: string;
  /** Words that follow the file's name. */
  readonly why: string;
  /** True when it is about files that are opened, which an agent can declare. */
  readonly reading: boolean;
}

/** Source files with everything that they need, at any depth. */
export interface SourceClosure {
  /** One hash for each file and each thing it needs, sorted. Places are no part of it: a checkout elsewhere gives the same. */
  readonly hashes: readonly string[];
  /** Hash of the content of each file that counts by it, by absolute path. */
  readonly files: ReadonlyMap<string, string>;
  readonly packages: readonly InstalledPackage[];
  /** Files that load an installed package, which may open files whose names it is told. */
  readonly importers: ReadonlySet<string>;
  readonly unseen: readonly Unseen[];
  /** True where code opens some of the files by a path that is written down: what is there then is what it works with. */
  readonly opensFiles: boolean;
}

/** Built-in modules by which code reaches files and programs that no import names. */
const opens: Readonly<Record<string, string>> = {
  fs: 'opens files',
  'fs/promises': 'opens files',
  sqlite: 'opens files',
  child_process: 'runs programs',
  worker_threads: 'runs workers',
  cluster: 'runs workers',
  vm: 'runs code that is known only at run time',
  wasi: 'runs programs',
};

/**
 * Follows imports, `require`, addresses and paths that are written down. Type-only imports and Docket itself are left out. An installed package
 * counts as its name and version, with all that it depends on; a linked one, like every other file, by content.
 * @throws {DocketError} when a source cannot be read or a static import cannot be found
 */
export async function sourceClosure({ sources, docket = import.meta.url, root, leaves, opened }: ClosureStart): Promise<SourceClosure> {
  const walk = new ClosureWalk(moduleResolver(), docketAt(docket), { root, leaves, opened });
  await walk.from(sources);
  return walk.closure();
}

/** The same of modules alone, for saying which file it was. */
export async function sourceFiles(sources: readonly string[], docket?: string, leaves?: ReadonlySet<string>): Promise<SourceFiles> {
  const named = Object.fromEntries(sources.map((source, index) => [String(index), source]));
  const { files, packages } = await sourceClosure({ sources: named, docket, opened: false, ...(leaves ? { leaves } : {}) });
  return { files, packages: new Set(packages.map(({ identity }) => identity)) };
}

/** Source files and installed packages behind some entry files. */
export interface SourceFiles extends Pick<SourceClosure, 'files'> {
  /** `name@version` of what is imported from packages. */
  readonly packages: ReadonlySet<string>;
}

class ClosureWalk {
  readonly #resolver: ModuleResolver;
  readonly #docket: DocketCopy;
  readonly #root: string | undefined;
  readonly #leaves: ReadonlySet<string>;
  readonly #opened: boolean;
  readonly #scanned = new Map<string, ScannedSource>();
  readonly #pending: string[] = [];
  readonly #edges: { readonly from: string; readonly label: string; readonly to: string }[] = [];
  readonly #packages = new Map<string, InstalledPackage>();
  readonly #installed = new Map<string, readonly InstalledPackage[]>();
  readonly #importers = new Set<string>();
  readonly #unseen: Unseen[] = [];
  #opensFiles = false;

  constructor(
    resolver: ModuleResolver,
    docket: DocketCopy,
    { root, leaves = new Set(), opened = true }: { [Option in 'root' | 'leaves' | 'opened']?: ClosureStart[Option] | undefined },
  ) {
    this.#opened = opened;
    this.#leaves = leaves;
    this.#resolver = resolver;
    this.#docket = docket;
    this.#root = root;
  }

  async from(sources: ClosureStart['sources']): Promise<void> {
    for (const [name, source] of Object.entries(sources)) this.#addFile('', name, realFile(filePath(source)));
    for (let file = this.#pending.pop(); file !== undefined; file = this.#pending.pop()) {
      if (this.#scanned.has(file)) continue;
      const scanned = await readSource(file);
      this.#scanned.set(file, scanned);
      if (!this.#leaves.has(file)) this.#follow(file, scanned);
    }
  }

  closure(): SourceClosure {
    const contentOf = (place: string) => this.#scanned.get(place)?.hash ?? place;
    // With what needs it and under which name: two files that change places are a change.
    const hashes = this.#edges.map(({ from, label, to }) => sha256(canonicalJson([contentOf(from), label, contentOf(to)])));
    const packages = [...this.#packages.values()];
    return {
      hashes: [...new Set([...hashes, ...packages.map(({ identity }) => identity)])].sort(),
      files: new Map([...this.#scanned].map(([file, { hash }]) => [file, hash])),
      packages,
      importers: this.#importers,
      unseen: this.#unseen,
      opensFiles: this.#opensFiles,
    };
  }

  #follow(file: string, scanned: ScannedSource): void {
    for (const reference of scanned.modules) this.#addModule(file, reference);
    if (this.#opened) for (const path of scanned.besideIt) this.#addPath(file, path, dirname(file));
    if (this.#opened && this.#root !== undefined) for (const path of scanned.fromRoot) this.#addPath(file, path, this.#root);
    for (const why of scanned.unseen) this.#unseen.push({ file, why, reading: false });
  }

  #addModule(file: string, reference: ModuleReference): void {
    const { specifier } = reference;
    const resolved = this.#resolver.resolve(file, reference);
    if (resolved.kind === 'built-in') this.#addBuiltIn(file, resolved.name);
    else if (resolved.kind === 'files') for (const found of resolved.files) this.#addFound(file, specifier, found);
    else {
      if (!reference.optional) throw missingImport(file, specifier);
      this.#unseen.push({ file, why: `may load "${specifier}", which does not exist now`, reading: false });
    }
  }

  #addBuiltIn(file: string, name: string): void {
    const why = opens[name.replace(/^node:/, '')];
    if (why !== undefined) this.#unseen.push({ file, why, reading: why === 'opens files' });
  }

  #addFound(from: string, label: string, found: string): void {
    if (this.#docket.owns(found)) return;
    if (!installedAt(found)) {
      this.#addFile(from, label, found);
      return;
    }
    const [first, ...others] = this.#installedPackages(found, from);
    for (const each of [first, ...others]) if (each && !this.#docket.isPackage(each.directory)) this.#packages.set(each.directory, each);
    if (!first) return;
    this.#importers.add(from);
    this.#edges.push({ from, label, to: first.identity });
  }

  /** Files of a folder get the same package by the same name. */
  #installedPackages(found: string, from: string): readonly InstalledPackage[] {
    const key = `${installedAt(found)?.directory} ${dirname(from)}`;
    const known = this.#installed.get(key) ?? installedPackages(found, from);
    this.#installed.set(key, known);
    return known;
  }

  #addFile(from: string, label: string, file: string): void {
    this.#edges.push({ from, label, to: file });
    this.#pending.push(file);
  }

  #addOpened(from: string, label: string, file: string): void {
    this.#opensFiles = true;
    this.#addFile(from, label, file);
  }

  /** A path that code opens: a file, a folder with all that is in it, or all that a pattern matches. */
  #addPath(file: string, path: string, folder: string): void {
    if (/^(?:\.\/)?\*+$/.test(path)) {
      this.#unseen.push({ file, why: 'opens files whose names are known only at run time', reading: true });
      return;
    }
    const places = path.includes('*') ? globSync(path, { cwd: folder }).map((match) => join(folder, match)) : [placeOf(path, folder)];
    for (const place of places) {
      const found = place === undefined ? undefined : statSync(place, { throwIfNoEntry: false });
      if (place === undefined || !found) continue;
      const real = realpathSync(place);
      if (ofMachine.test(real)) {
        this.#unseen.push({ file, why: `opens "${path}", which the machine writes`, reading: true });
      } else if (found.isFile()) {
        if (!this.#docket.owns(real) && !installedAt(real)) this.#addOpened(file, path, real);
      } else if (isAround(real, file) || (this.#root !== undefined && isAround(real, this.#root))) {
        this.#unseen.push({ file, why: `opens files below "${path}"`, reading: true });
      } else if (!installedAt(`${real}${sep}`)) {
        for (const entry of filesOf(real)) this.#addOpened(file, `${path} ${relative(real, entry).split(sep).join('/')}`, entry);
      }
    }
  }
}

/** What is there is of this moment: no two runs find the same, and some of it never ends. */
const ofMachine = /^\/(?:proc|sys|dev)(?:\/|$)/;

/** Where a copy of Docket is. */
interface DocketCopy {
  /** True for its public entry, and for everything of it where it is installed. */
  owns(file: string): boolean;
  isPackage(directory: string): boolean;
}

function docketAt(docket: string): DocketCopy {
  const source = dirname(dirname(filePath(docket)));
  const entries = ['ts', 'js'].map((extension) => join(source, `index.${extension}`));
  const installed = installedAt(entries[0] ?? '');
  return {
    owns: (file) => entries.includes(file) || (installed !== undefined && installedAt(file)?.directory === installed.directory),
    isPackage: (directory) => directory === installed?.directory,
  };
}

/** Node resolves what a linked file imports from where the file really is. */
function realFile(file: string): string {
  return existsSync(file) ? realpathSync(file) : file;
}

/** A module loader may add a query to `import.meta.url`; the file is what counts. */
export function filePath(source: string): string {
  if (!source.startsWith('file:')) return source;
  const url = new URL(source);
  url.search = '';
  url.hash = '';
  return fileURLToPath(url);
}

function placeOf(path: string, folder: string): string | undefined {
  try {
    return path.startsWith('file:') ? filePath(path) : join(folder, path.startsWith('/') ? relative(folder, path) : path);
  } catch {
    return undefined;
  }
}

function isAround(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return path === '' || !path.startsWith('..');
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => !file.split(sep).includes('node_modules'))
    .map((file) => join(folder, file))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

async function readSource(file: string): Promise<ScannedSource> {
  try {
    return await scanSource(file);
  } catch (cause) {
    throw new DocketError(
      `${file}: the source cannot be read (${(cause as NodeJS.ErrnoException).code}), so the version's fingerprint cannot be computed. Give import.meta.url as "source".`,
      { cause },
    );
  }
}

function missingImport(importer: string, specifier: string): DocketError {
  const isPackage = /^[^./#]/.test(specifier) && !specifier.startsWith('file:');
  if (!isPackage)
    return new DocketError(`${importer}: the import "${specifier}" was not found, so the version's fingerprint cannot be computed.`);
  return new DocketError(
    `${importer}: the package "${specifier}" is not installed, so the version's fingerprint cannot be computed. Run npm ci.`,
    { code: 'not-installed' },
  );
}

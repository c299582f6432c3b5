import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import nodeModule from 'node:module';
import { dirname, join, sep } from 'node:path';
import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';

/** A package that is installed, not written here. */
export interface InstalledPackage {
  readonly name: string;
  readonly directory: string;
  /** Name and version; with the hash of its files where the version does not say which files they are. */
  readonly identity: string;
}

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const folder = `${sep}node_modules${sep}`;

/** Folder and name of the installed package that a file belongs to; undefined for a file of the project or of a linked package. */
export function installedAt(file: string): { readonly name: string; readonly directory: string } | undefined {
  const start = file.lastIndexOf(folder);
  if (start < 0) return undefined;
  const words = file.slice(start + folder.length).split(sep);
  const name = words.slice(0, words[0]?.startsWith('@') ? 2 : 1);
  return { name: name.join('/'), directory: join(file.slice(0, start + folder.length), ...name) };
}

/**
 * The package and all that it depends on, at any depth.
 * @param importer the file that asks for it; its `package.json` says where the package comes from
 */
export function installedPackages(file: string, importer: string): InstalledPackage[] {
  const first = installedAt(file);
  if (!first) return [];
  const found = new Map<string, InstalledPackage>();
  const pending = [{ ...first, wanted: wantedBy(importer, first.name) }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { name, directory, wanted } = next;
    if (found.has(directory)) continue;
    const manifest = readManifest(directory);
    found.set(directory, { name, directory, identity: identityOf(name, directory, manifest.version, wanted) });
    const wants = { ...manifest.peerDependencies, ...manifest.optionalDependencies, ...manifest.dependencies };
    for (const [dependency, range] of Object.entries(wants)) {
      const place = findPackage(directory, dependency);
      if (place !== undefined && installedAt(join(place, 'package.json')))
        pending.push({ name: dependency, directory: place, wanted: range });
    }
  }
  return [...found.values()];
}

/** A version from a registry stands for its files; one that comes from a folder, an archive or a repository does not. */
function identityOf(name: string, directory: string, version: string | undefined, wanted: string | undefined): string {
  const fromRegistry =
    version !== undefined && (wanted === undefined || !/[/:]/.test(wanted.replace(/^(?:npm|catalog):/, '').replace(/^@[^/]+\//, '')));
  return fromRegistry ? `${name}@${version}` : `${name}@${version ?? ''}#${hashOfFolder(directory)}`;
}

/** Over the content of all files, without what is installed below. */
export function hashOfFolder(directory: string): string {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => !file.split(sep).includes('node_modules') && statSync(join(directory, file), { throwIfNoEntry: false })?.isFile())
    .sort();
  return sha256(canonicalJson(files.map((file) => [file.split(sep).join('/'), sha256(readFileSync(join(directory, file), 'latin1'))])));
}

/** The range under which the nearest `package.json` above a file asks for a package. */
function wantedBy(importer: string, name: string): string | undefined {
  for (let directory = dirname(importer); ; directory = dirname(directory)) {
    const { dependencies, devDependencies, optionalDependencies, peerDependencies } = readManifest(directory);
    const wanted = { ...peerDependencies, ...devDependencies, ...optionalDependencies, ...dependencies }[name];
    if (wanted !== undefined || dirname(directory) === directory) return wanted;
  }
}

function findPackage(from: string, name: string): string | undefined {
  for (let directory = from; ; directory = dirname(directory)) {
    const place = join(directory, 'node_modules', name);
    if (existsSync(join(place, 'package.json'))) return realpathSync(place);
    if (dirname(directory) === directory) return placedByPlugAndPlay(from, name);
  }
}

/** What Yarn adds to Node's module of that name, where it is in use. */
interface PlugAndPlay {
  findPnpApi?(path: string): { resolveToUnqualified(request: string, issuer: string): string | null } | null;
}

/** Where packages lie in archives, Yarn's own table says which one is meant. */
function placedByPlugAndPlay(from: string, name: string): string | undefined {
  try {
    return (nodeModule as PlugAndPlay).findPnpApi?.(from)?.resolveToUnqualified(name, `${from}${sep}`) ?? undefined;
  } catch {
    return undefined;
  }
}

const manifests = new Map<string, Manifest>();

function readManifest(directory: string): Manifest {
  const file = join(directory, 'package.json');
  const modified = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  if (modified === undefined) return {};
  const key = `${file} ${modified}`;
  let manifest = manifests.get(key);
  if (!manifest) {
    try {
      manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    } catch {
      manifest = {};
    }
    manifests.set(key, manifest);
  }
  return manifest;
}

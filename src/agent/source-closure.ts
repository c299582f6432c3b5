import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { init, parse } from 'es-module-lexer';
import { sha256 } from '../contracts/canonical-json.ts';
import { DocketError } from '../contracts/docket-error.ts';

/** The public entries of a copy of Docket, from source and built: part of the machinery, not of the agent. */
function entriesOf(docket: string): string[] {
  return ['ts', 'js'].map((extension) => join(dirname(dirname(filePath(docket))), `index.${extension}`));
}

/** Source files and installed packages behind some entry files. */
export interface SourceFiles {
  /** Hash of the content by absolute path. */
  readonly files: ReadonlyMap<string, string>;
  /** `name@version` of what is imported from packages. */
  readonly packages: ReadonlySet<string>;
}

/**
 * Hashes of the given source files and of everything they import, at any depth, sorted and without repeats.
 * Type-only imports and Docket itself are left out; an installed package counts as its name and version.
 * Paths are no part of it, so a checkout elsewhere gives the same hashes.
 * @param docket `import.meta.url` of a module in the folder `agent` of the copy of Docket that runs the agent
 * @throws {DocketError} when a file cannot be read or an import cannot be found.
 */
export async function sourceClosure(sources: readonly string[], docket?: string): Promise<string[]> {
  const { files, packages } = await sourceFiles(sources, docket);
  return [...new Set([...files.values(), ...packages])].sort();
}

/**
 * The same, with the paths: for saying which file it was.
 * @param leaves files whose imports are not followed
 * @throws {DocketError} when a file cannot be read or an import cannot be found.
 */
export async function sourceFiles(
  sources: readonly string[],
  docket: string = import.meta.url,
  leaves: ReadonlySet<string> = new Set(),
): Promise<SourceFiles> {
  await init;
  const docketEntries = entriesOf(docket);
  const pending = sources.map(filePath);
  const files = new Map<string, string>();
  const packages = new Set<string>();
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (files.has(file) || docketEntries.includes(file)) continue;
    const text = readSource(file);
    files.set(file, sha256(text));
    if (leaves.has(file) || !/\.[cm]?[jt]sx?$/.test(file)) continue;
    for (const imported of parse(text)[0]) {
      if (!('specifier' in imported) || typeof imported.specifier !== 'string') continue;
      if ('typeOnly' in imported && imported.typeOnly) continue;
      const { specifier } = imported;
      if (specifier.startsWith('node:')) continue;
      if (specifier.startsWith('.') || specifier.startsWith('/') || specifier.startsWith('file:'))
        pending.push(resolveFile(file, specifier));
      else packages.add(packageVersion(file, specifier));
    }
  }
  return { files, packages };
}

/** A module loader may add a query to `import.meta.url`; the file is what counts. */
export function filePath(source: string): string {
  if (!source.startsWith('file:')) return source;
  const url = new URL(source);
  url.search = '';
  url.hash = '';
  return fileURLToPath(url);
}

function resolveFile(importer: string, specifier: string): string {
  const exact = specifier.startsWith('file:') ? filePath(specifier) : filePath(new URL(specifier, `file://${importer}`).href);
  const candidates = [exact, exact.replace(/\.([cm]?)js$/, '.$1ts'), `${exact}.ts`, `${exact}.js`, join(exact, 'index.ts')];
  const found = candidates.find((candidate) => /\.\w+$/.test(candidate) && existsSync(candidate));
  if (found === undefined)
    throw new DocketError(`${importer}: the import "${specifier}" was not found, so the version's fingerprint cannot be computed.`);
  return found;
}

function readSource(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new DocketError(
      `${file}: the source cannot be read (${(cause as NodeJS.ErrnoException).code}), so the version's fingerprint cannot be computed. Give import.meta.url as "source".`,
      { cause },
    );
  }
}

function packageVersion(importer: string, specifier: string): string {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  for (const directory of createRequire(importer).resolve.paths(name) ?? []) {
    const manifest = join(directory, name, 'package.json');
    if (existsSync(manifest)) return `${name}@${(JSON.parse(readFileSync(manifest, 'utf8')) as { version?: string }).version ?? ''}`;
  }
  throw new DocketError(
    `${importer}: the package "${name}" is not installed, so the version's fingerprint cannot be computed. Run npm ci.`,
  );
}

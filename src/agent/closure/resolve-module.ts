import { lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ResolverFactory } from 'oxc-resolver';
import type { ModuleReference } from './scan-source.ts';

/** Where a reference leads: every file that a loader may take for it, or a module that is Node's own. */
export type Resolved =
  | { readonly kind: 'files'; readonly files: readonly string[] }
  | { readonly kind: 'built-in'; readonly name: string }
  | { readonly kind: 'missing' };

export interface ModuleResolver {
  resolve(importer: string, reference: Pick<ModuleReference, 'kind' | 'specifier'>): Resolved;
}

/** What is written `.js` in TypeScript is the `.ts` beside it, unless there is a `.js` too. */
const extensionAlias = {
  '.js': ['.js', '.ts', '.tsx'],
  '.mjs': ['.mjs', '.mts'],
  '.cjs': ['.cjs', '.cts'],
  '.jsx': ['.jsx', '.tsx'],
};
const extensions = ['.js', '.json', '.node', '.ts', '.tsx', '.mjs', '.mts', '.cjs', '.cts', '.jsx'];
const shared = { extensionAlias, extensions, builtinModules: true };

/**
 * Resolves as Node does: `exports` and `imports` maps, conditions, links, Plug'n'Play. Where a `tsconfig.json` maps the specifier too, both files
 * are given, because it depends on the loader which one runs. One resolver is for one closure: it does not see files that are written later.
 */
export function moduleResolver(environment: NodeJS.ProcessEnv = process.env): ModuleResolver {
  const conditions = [...customConditions(environment.NODE_OPTIONS ?? ''), 'node', 'node-addons', 'module-sync', 'default'];
  const factories = new Map<string, ResolverFactory>();
  const realFolders = new Map<string, string>();
  const factory = (kind: ModuleReference['kind'], mapped: boolean) => {
    const known = factories.get(`${kind} ${mapped}`);
    const made =
      known ?? new ResolverFactory({ ...shared, conditionNames: [kind, ...conditions], ...(mapped ? { tsconfig: 'auto' } : {}) });
    factories.set(`${kind} ${mapped}`, made);
    return made;
  };
  return {
    resolve(importer, { kind, specifier }) {
      const request = kind === 'import' ? pathOf(importer, specifier) : specifier;
      if (request === undefined) return { kind: 'missing' };
      const exact = isRelative(specifier) ? exactFile(resolve(dirname(importer), request), realFolders) : undefined;
      if (exact !== undefined) return { kind: 'files', files: [exact] };
      const asNode = resolveAsNode(factory(kind, false), importer, request);
      if (asNode.builtin) return { kind: 'built-in', name: asNode.builtin.resolved };
      const files = new Set<string>();
      if (asNode.path !== undefined) files.add(asNode.path);
      if (isRelative(specifier)) return files.size > 0 ? { kind: 'files', files: [...files] } : { kind: 'missing' };
      const byMap = factory(kind, true).resolveFileSync(importer, request);
      if (byMap.path !== undefined) files.add(byMap.path);
      return files.size > 0 ? { kind: 'files', files: [...files] } : { kind: 'missing' };
    },
  };
}

/**
 * The file that is named as it is: its name may hold signs that begin a query elsewhere.
 * @param realFolders where folders really are: to look at all that are above a file takes most of the time of a closure
 */
function exactFile(path: string, realFolders: Map<string, string>): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isSymbolicLink()) return statSync(path, { throwIfNoEntry: false })?.isFile() ? realpathSync(path) : undefined;
  if (!found?.isFile()) return undefined;
  const folder = dirname(path);
  const real = realFolders.get(folder) ?? realpathSync(folder);
  realFolders.set(folder, real);
  return join(real, basename(path));
}

/** Folders are given apart from names, because a folder's name may hold such signs too. */
function resolveAsNode(factory: ResolverFactory, importer: string, request: string) {
  return isAbsolute(request) ? factory.sync(dirname(request), `./${basename(request)}`) : factory.sync(dirname(importer), request);
}

/** A path or an address: no map of names is asked for it. */
function isRelative(specifier: string): boolean {
  return /^(?:\.{0,2}\/|\.{1,2}$|file:)/.test(specifier);
}

/** An import that is no bare name is an address: it may hold `%20` and a query, which a path may not. */
function pathOf(importer: string, specifier: string): string | undefined {
  if (!isRelative(specifier)) return specifier;
  try {
    const url = new URL(specifier, pathToFileURL(importer));
    url.search = '';
    url.hash = '';
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

/** Conditions that every Node process here is started with. */
function customConditions(options: string): string[] {
  return [...options.matchAll(/(?:^|\s)(?:-C|--conditions)[=\s]+(\S+)/g)].flatMap(([, name]) => name ?? []);
}

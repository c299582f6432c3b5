import { readFileSync } from 'node:fs';
import { type Import, init, parse } from 'es-module-lexer';
import { contentHash, stateOf } from '../content-hash.ts';
import type { LiteralReferences } from './literal-references.ts';

/** How a module is asked for; `optional` ones may be missing, because what asks for them may catch that. */
export interface ModuleReference {
  readonly kind: 'import' | 'require';
  readonly specifier: string;
  readonly optional: boolean;
}

/** What one source file says of the files that it needs. */
export interface ScannedSource extends Pick<LiteralReferences, 'besideIt' | 'fromRoot'> {
  readonly hash: string;
  readonly modules: readonly ModuleReference[];
  /** Why there may be more than is said here, in words that follow the file's name; empty when all is said. */
  readonly unseen: readonly string[];
}

/** A process asks for the same files for every version; a file that was written since is read anew. */
const known = new Map<string, { readonly state: string; readonly scanned: ScannedSource }>();

/**
 * Reads a file and what it needs. Only JavaScript and TypeScript are looked into.
 * @throws {NodeJS.ErrnoException} when the file cannot be read
 */
export async function scanSource(file: string): Promise<ScannedSource> {
  const state = stateOf(file);
  const kept = known.get(file);
  if (kept && kept.state === state) return kept.scanned;
  const scanned = await scan(file);
  if (state === undefined) known.delete(file);
  else known.set(file, { state, scanned });
  return scanned;
}

async function scan(file: string): Promise<ScannedSource> {
  const hash = contentHash(file);
  if (!/\.[cm]?[jt]sx?$/.test(file)) return { hash, modules: [], besideIt: [], fromRoot: [], unseen: [] };
  const text = readFileSync(file, 'utf8');
  await init;
  let imports: readonly Import[] = [];
  const unseen: string[] = [];
  try {
    imports = parse(text)[0];
  } catch {
    unseen.push('could not be read as JavaScript');
  }
  const modules: ModuleReference[] = [];
  const besideIt: string[] = [];
  for (const found of imports) {
    if (found.type === 'import-meta' || ('typeOnly' in found && found.typeOnly)) continue;
    const { specifier } = found;
    if (specifier === undefined) unseen.push('imports a module whose name is known only at run time');
    else if (found.type === 'dynamic' && found.glob) {
      if (/^\.{1,2}\/./.test(specifier)) besideIt.push(specifier);
      else unseen.push('imports a module whose name is known only at run time');
    } else modules.push({ kind: 'import', specifier, optional: found.type === 'dynamic' });
  }
  const literals = await literalsIn(text);
  return {
    hash,
    modules: [...modules, ...literals.modules.map(({ kind, specifier }) => ({ kind, specifier, optional: true }))],
    besideIt: [...besideIt, ...literals.besideIt],
    fromRoot: literals.fromRoot,
    unseen: [...unseen, ...literals.unseen],
  };
}

/** Most sources have none of these, and need no tokens. */
const worthReading =
  /\brequire\b|createRequire|import\s*\.\s*meta\s*\.\s*(?:dirname|resolve)|__dirname|\bnew\s+URL\b|readFile|createReadStream|openAsBlob|getBuiltinModule|loadEnvFile|dlopen|_linkedBinding|_load\b|registerHooks|process\s*(?:\.\s*binding\b|\[)|\beval\s*\(|\bFunction\s*\(/;

async function literalsIn(text: string): Promise<LiteralReferences> {
  if (!worthReading.test(text)) return { modules: [], besideIt: [], fromRoot: [], unseen: [] };
  return (await import('./literal-references.ts')).literalReferences(text);
}

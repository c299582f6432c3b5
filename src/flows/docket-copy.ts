import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One copy of Docket: an installed package, or the repository that Docket is written in. */
export interface DocketCopy {
  /** Folder of its `package.json`, without links. */
  readonly folder: string;
  readonly version: string;
}

/** The copy that this code is of. */
export const thisDocket: DocketCopy = copyIn(fileURLToPath(new URL('../../', import.meta.url)));

/** The copy that code in a folder gets from Node.js under Docket's name; undefined where there is none. */
export function docketOf(folder: string): DocketCopy | undefined {
  const installed = join(folder, 'node_modules', packageName);
  if (existsSync(join(installed, 'package.json'))) return copyIn(installed);
  if (manifestOf(folder)?.name === packageName) return copyIn(folder);
  return dirname(folder) === folder ? undefined : docketOf(dirname(folder));
}

export function isThisDocket({ folder }: DocketCopy): boolean {
  return folder === thisDocket.folder;
}

/** The file of a copy that Node.js runs as the command `docket`. */
export function commandOf({ folder }: DocketCopy): string {
  return join(folder, 'src', 'cli', 'docket.mjs');
}

/** A module of a copy, by its path without an extension. A clone runs its sources as they are, never a stale build. */
export function moduleOf({ folder }: DocketCopy, path: string): string {
  const source = join(folder, 'src', `${path}.ts`);
  return existsSync(source) ? source : join(folder, 'dist', `${path}.js`);
}

const packageName = 'docket-evals';

function copyIn(folder: string): DocketCopy {
  const real = realpathSync(folder);
  return { folder: real, version: manifestOf(real)?.version ?? 'unknown' };
}

function manifestOf(folder: string): { readonly name?: string; readonly version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string; version?: string };
  } catch {
    return undefined;
  }
}

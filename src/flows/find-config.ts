import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const names = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((ending) => `docket.config.${ending}`);

/** The configuration in the folder or the nearest one above it; undefined when there is none. */
export function findConfig(from: string = process.cwd()): string | undefined {
  const directory = resolve(from);
  const found = names.map((name) => join(directory, name)).find((file) => existsSync(file));
  if (found !== undefined || dirname(directory) === directory) return found;
  return findConfig(dirname(directory));
}

/** The project's folder around a folder: where its configuration is. Without one, the folder itself. */
export function projectRoot(directory: string): string {
  const config = findConfig(directory);
  return config === undefined ? resolve(directory) : dirname(config);
}

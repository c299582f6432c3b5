import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { entryPoints } from './entry-points.ts';

/** A module beside this one, as declarations name it in `from '…'` and `import("…")`. */
const besides = /(\bfrom |\bimport\(|\bimport )(["'])(\.[^"']+)\.ts\2/g;

/**
 * Deletes the declarations that no entry point of the package leads to, and names the others' neighbours by the file that is published
 * (`./tool.js`), which every compiler resolves.
 * @throws {Error} for an entry point without declarations
 */
export function keepReachable(dist: string): void {
  const reached = new Set<string>();
  const reach = (file: string) => {
    if (reached.has(file)) return;
    if (!existsSync(file)) throw new Error(`${file} is imported by the package's declarations, and is not there.`);
    reached.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, , , path = ''] of text.matchAll(besides)) reach(`${join(dirname(file), path)}.d.ts`);
    writeFileSync(file, text.replaceAll(besides, '$1$2$3.js$2'));
  };
  for (const { declarations } of entryPoints) reach(join(dist, relative('dist', declarations)));
  for (const file of globSync('**/*.d.ts', { cwd: dist })) if (!reached.has(join(dist, file))) rmSync(join(dist, file));
}

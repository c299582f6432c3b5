import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };

/** What a project can import of the package, by its name there, with the declarations of it below the repository: `./vitest` and `dist/vitest/index.d.ts`. */
export const entryPoints: readonly { readonly name: string; readonly declarations: string }[] = Object.entries(manifest.exports).flatMap(
  ([name, target]) => (typeof target === 'string' ? [] : [{ name, declarations: join(target.types) }]),
);

import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { rolldown } from 'rolldown';
import manifest from '../../package.json' with { type: 'json' };

/** Rooms whose files no fingerprint names one by one. */
const joined = [
  'app',
  'cli',
  'flows',
  'gate',
  'improvement',
  'mcp',
  'mutation',
  'reporters',
  'review',
  'stats',
  'suites',
  'traces',
  'vitest',
];

/** Started as programs, by a path that is put together; what `moduleOf` names is found. */
const programs = ['cli/main.js', 'traces/store/query-process.js'];
const started = /\bmoduleOf\(\w+, ["'`]([\w/-]+)["'`]\)/g;

/** A file that code names: imported, or given as a text that becomes an address. */
const named = /["'`](\.{1,2}\/[^"'`\s$]+)\.(?:js|ts)["'`]/g;
const asImport = /\b(?:from|import) ?["'](\.{1,2}\/[^"'\s]+)\.js["']/g;

/**
 * Joins the programs of some rooms: a file that is only imported becomes part of those that import it, or of a part of their own in `dist/parts`. A
 * thousand small files take more room as an archive than what is in them. What is imported when it is needed, started, or asks where it lies stays a
 * file where it is, and is found by the package's own name for it, `#dist/…`.
 */
export async function joinPrograms(dist: string): Promise<void> {
  const inRooms = (file: string) => joined.includes(relative(dist, file).split(sep)[0] ?? '');
  const texts = new Map(
    globSync('**/*.js', { cwd: dist }).map((name) => [join(dist, name), readFileSync(join(dist, name), 'utf8')] as const),
  );
  const placed = new Set([...texts].filter(([file, text]) => inRooms(file) && text.includes('import.meta.url')).map(([file]) => file));
  const wanted = new Set([
    ...placed,
    ...programs.map((name) => join(dist, name)),
    ...[...texts.values()].flatMap((text) => [...text.matchAll(started)].map(([, path = '']) => join(dist, `${path}.js`))),
    ...Object.values(manifest.exports).flatMap((target) => (typeof target === 'string' ? [] : [resolve(dist, '..', target.default)])),
    ...[...texts].flatMap(([file, text]) =>
      // A file that is imported and named beside that, to be read or hashed, is looked for where it was.
      [...(inRooms(file) ? text.replaceAll(asImport, '') : text).matchAll(named)].map(
        ([, path = '']) => `${resolve(dirname(file), path)}.js`,
      ),
    ),
  ]);
  const entryPoints = [...texts.keys()].filter((file) => inRooms(file) && wanted.has(file));
  const bundle = await rolldown({
    input: Object.fromEntries(entryPoints.map((file) => [relative(dist, file).replace(/\.js$/, '').split(sep).join('/'), file])),
    platform: 'node',
    preserveEntrySignatures: 'strict',
    treeshake: { moduleSideEffects: true },
    plugins: [
      {
        name: 'rooms',
        resolveId(path, importer, { kind }) {
          if (importer === undefined) return undefined;
          if (!path.startsWith('.')) return { id: path, external: true };
          const file = resolve(dirname(importer), path);
          if (inRooms(file) && texts.has(file) && !placed.has(file) && kind !== 'dynamic-import') return file;
          return { id: `#dist/${relative(dist, file).split(sep).join('/')}`, external: true };
        },
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true, chunkFileNames: 'parts/[hash].js', entryFileNames: '[name].js' });
  await bundle.close();
  for (const file of texts.keys()) if (inRooms(file)) rmSync(file);
  for (const part of output) {
    if (part.type !== 'chunk') continue;
    const path = join(dist, part.fileName);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, part.code);
  }
}

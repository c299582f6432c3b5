import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

/**
 * What the page shows was parsed before it was written into it, and zod would be two thirds of its program. Schemas that stand in the modules it
 * shares with the rest of Docket are built of nothing; one that is used is an error.
 */
const withoutSchemas: Plugin = {
  name: 'without-schemas',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^zod$/ }, () => ({ path: 'zod', namespace: 'without-schemas' }));
    onLoad({ filter: /.*/, namespace: 'without-schemas' }, () => ({
      contents: `const used = ['parse', 'safeParse', 'parseAsync', 'safeParseAsync', 'spa', '_zod', '~standard'];
        export const z = new Proxy(() => {}, {
          apply: () => z,
          get(_, name) {
            if (used.includes(name)) throw new Error('The page has no schemas, and something in it uses one: ' + String(name));
            return z;
          },
        });`,
    }));
  },
};

/** The text of a program or style with all that it imports, made small. */
export async function bundleOf(entry: URL): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2023',
    charset: 'ascii',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [withoutSchemas],
  });
  const [output] = outputFiles;
  if (!output) throw new Error(`${entry.href}: esbuild gave no output`);
  return output.text.trim();
}

const target = new URL('./bundle.generated.ts', import.meta.url);

/** Text of `bundle.generated.ts`: the page's program and style, each as one string, ready to stand in an HTML element. */
export async function bundlePage(): Promise<string> {
  const bundle = (name: string) => bundleOf(new URL(name, import.meta.url));
  const [script, style] = await Promise.all([bundle('./main.tsx'), bundle('./page.css')]);
  if (/<!--|<\/?script/i.test(script) || /<\//.test(style)) throw new Error('The bundle holds text that would end its HTML element.');
  return [
    '// Written by "npm run generate" from the files beside it; do not edit.',
    `export const pageScript: string = ${JSON.stringify(script)};`,
    `export const pageStyle: string = ${JSON.stringify(style)};`,
    '',
  ].join('\n');
}

if (import.meta.main) writeFileSync(target, await bundlePage());

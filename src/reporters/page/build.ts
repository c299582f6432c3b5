import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** zod tells its faults in fifty languages, half of the page's size. The page shows none of them. */
const withoutLanguages: Plugin = {
  name: 'without-languages',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: 'export {};' }));
  },
};

const target = new URL('./bundle.generated.ts', import.meta.url);

/** Text of `bundle.generated.ts`: the page's program and style, each as one string, ready to stand in an HTML element. */
export async function bundlePage(): Promise<string> {
  const entry = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const bundle = async (name: string) => {
    const { outputFiles } = await build({
      entryPoints: [entry(name)],
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
      plugins: [withoutLanguages],
    });
    const [output] = outputFiles;
    if (!output) throw new Error(`${name}: esbuild gave no output`);
    return output.text.trim();
  };
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

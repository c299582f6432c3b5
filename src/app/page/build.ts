import { writeFileSync } from 'node:fs';
import { bundleOf } from '../../reporters/page/build.ts';

const target = new URL('./bundle.generated.ts', import.meta.url);

/** Text of `bundle.generated.ts`: the app's program and style, which its server gives out as files. */
export async function bundleApp(): Promise<string> {
  const bundle = (name: string) => bundleOf(new URL(name, import.meta.url));
  const [script, style] = await Promise.all([bundle('./main.tsx'), bundle('./app.css')]);
  return [
    '// Written by "npm run generate" from the files beside it; do not edit.',
    `export const appScript: string = ${JSON.stringify(script)};`,
    `export const appStyle: string = ${JSON.stringify(style)};`,
    '',
  ].join('\n');
}

if (import.meta.main) writeFileSync(target, await bundleApp());

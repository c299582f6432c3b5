import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';

/** Writes programs short: without space between their words, and with short names for what no other file sees. A stack trace still names the file and the column. */
export function compactPrograms(dist: string): void {
  for (const file of globSync('**/*.js', { cwd: dist }).map((name) => join(dist, name))) {
    const options = {
      format: 'esm',
      target: 'esnext',
      charset: 'utf8',
      minifyWhitespace: true,
      minifySyntax: true,
      minifyIdentifiers: true,
    } as const;
    writeFileSync(file, transformSync(readFileSync(file, 'utf8'), options).code);
  }
}

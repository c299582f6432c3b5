import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';

/** Writes programs with less space between their words, names and short lines kept: a line of a stack trace still says where it is. */
export function compactPrograms(dist: string): void {
  for (const file of globSync('**/*.js', { cwd: dist }).map((name) => join(dist, name))) {
    const options = {
      format: 'esm',
      target: 'esnext',
      charset: 'utf8',
      minifyWhitespace: true,
      minifySyntax: true,
      lineLimit: 120,
    } as const;
    writeFileSync(file, transformSync(readFileSync(file, 'utf8'), options).code);
  }
}

import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';

/** More files are not looked through for one error. */
const mostFiles = 300;
const checked: ReadonlySet<string> = new Set(['.js', '.mjs', '.cjs']);

/**
 * ` (file:line)` of the JavaScript file behind a module that cannot be read, because Node.js names none; empty when all of them can. A file is checked
 * as Node.js does it, and not run.
 */
export function syntaxFaultBehind(file: string): string {
  for (const each of filesBehind(file)) {
    if (!checked.has(extname(each))) continue;
    const { stderr, status } = spawnSync(process.execPath, ['--check', each], { encoding: 'utf8', timeout: 10_000 });
    const [, line] = /^.*:(\d+)$/m.exec(stderr ?? '') ?? [];
    if (status !== 0 && line && /^SyntaxError: /m.test(stderr)) return ` (${each}:${line})`;
  }
  return '';
}

/** A module with the files that it names by a path, at any depth. */
function filesBehind(file: string): ReadonlySet<string> {
  const found = new Set([file]);
  for (const each of found) {
    if (found.size > mostFiles) break;
    for (const [, path = ''] of textOf(each).matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*['"](\.{1,2}\/[^'"\n]{1,400})['"]/g)) {
      const target = [path, ...['.js', '.ts', '.cjs', '/index.js', '/index.ts'].map((end) => path + end), path.replace(/\.js$/, '.ts')]
        .map((candidate) => resolve(dirname(each), candidate))
        .find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile());
      if (target) found.add(target);
    }
  }
  return found;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

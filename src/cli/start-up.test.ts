import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

/** Prints, at the process's end, the names of the packages whose modules were loaded. */
const reportPackages = `import { registerHooks } from 'node:module';
const packages = new Set();
registerHooks({
  load(url, context, next) {
    const [, name] = /node_modules\\/((?:@[^/]+\\/)?[^/]+)\\/(?!.*node_modules)/.exec(url) ?? [];
    if (name) packages.add(name);
    return next(url, context);
  },
});
process.on('exit', () => console.log([...packages].join(' ')));`;

// Every command pays for what stands in the import lists of all commands: each loads what it runs only when it runs.
test('docket --help loads the parser of arguments and no other package', () => {
  const words = ['--import', `data:text/javascript,${encodeURIComponent(reportPackages)}`, main, '--help'];
  const lines = execFileSync(process.execPath, words, { encoding: 'utf8' }).trimEnd().split('\n');
  expect(lines[0]).toContain('Usage: docket');
  expect(lines.at(-1)).toBe('commander');
});

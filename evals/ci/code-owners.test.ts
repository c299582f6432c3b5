import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const text = readFileSync('.github/CODEOWNERS', 'utf8');
const paths = [...text.matchAll(/^(?:# )?(\/\S+)\s+@/gm)].map(([, path]) => path ?? '');

test('every path that has an owner is there', () => {
  expect(paths.filter((path) => !existsSync(`.${path}`))).toEqual([]);
});

test.each(['/cases/', '/docket.config.ts', '/reports/', '/src/underwriting/policy.ts', '/src/underwriting/scorers.ts', '/.github/'])(
  '%s, which decides a verdict, is among them',
  (path) => {
    expect(paths).toContain(path);
  },
);

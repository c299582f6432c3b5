import { matchesGlob } from 'node:path';

/** Files on which no answer depends, unless the agent's code says otherwise. Patterns relative to `docket.config.ts`. */
const defaultPatterns: readonly string[] = [
  '{README,CHANGELOG,CONTRIBUTING,LICENSE,SECURITY,CODE_OF_CONDUCT,AUTHORS,NOTICE}*',
  '**/{README,CHANGELOG,CONTRIBUTING,LICENSE,SECURITY,CODE_OF_CONDUCT,AUTHORS,NOTICE}*',
  'docs/**',
  '**/docs/**',
  '**/*.{test,spec,eval}.{ts,tsx,js,jsx,mjs,cjs,mts,cts}',
  '**/__tests__/**',
  '**/.pytest_cache/**',
  '.github/**',
  '.vscode/**',
  '.editorconfig',
  '.gitignore',
  'reports/**',
];

/** What Docket itself writes: never a part of the agent. Another file in the same folder may be one. */
const own =
  /^(?:\.docket\/|reports\/(?:comparison\/|(?:baseline|waivers|verdict|evaluation|ctrf)\.json$|(?:report\.html|evaluation\.html|summary\.md|comment\.md|junit\.xml)$))/;

/** What Python keeps of a source when it ran it. Where git has it, it is run in place of the source, and counts like any other file. */
export const keptByPython: RegExp = /(?:^|\/)__pycache__\/[^/]+\.pyc$/;

export interface IgnoreList {
  /** True for what the gate itself writes. */
  isOwn(path: string): boolean;
  ignores(path: string): boolean;
}

/**
 * @param patterns added to the default ones by main's configuration
 * @param cases folder of the cases, relative to the configuration: they are compared by themselves
 */
export function ignoreList(patterns: readonly string[], cases: string): IgnoreList {
  const all = [...defaultPatterns, ...patterns, `${cases}/**`];
  return {
    isOwn: (path) => own.test(path),
    ignores: (path) => all.some((pattern) => matchesGlob(path, pattern)),
  };
}

import { readFileSync } from 'node:fs';

/** Docket's own version, from the package it was installed as; the file lies at the same distance from source and built code. */
export function docketVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string };
  return manifest.version;
}

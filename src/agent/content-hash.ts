import { readFileSync, statSync } from 'node:fs';
import { sha256 } from '../contracts/canonical-json.ts';

const known = new Map<string, { readonly state: string; readonly hash: string }>();

/**
 * Hash of a file's content. A process asks for the same files again and again, for every version and as trials end: what was not written since is not read
 * again.
 * @throws {NodeJS.ErrnoException} when the file cannot be read
 */
export function contentHash(file: string): string {
  const state = stateOf(file);
  const kept = known.get(file);
  if (kept && kept.state === state) return kept.hash;
  // As latin1 every byte is one character, so that files that are no text count too.
  const hash = sha256(readFileSync(file, 'latin1'));
  if (state === undefined) known.delete(file);
  else known.set(file, { state, hash });
  return hash;
}

/** A file system may note two writes that follow each other at the same time, in milliseconds. */
const finestMs = 2000;

/** What the file system notes of a file's last change, which whoever writes cannot put back; undefined where another one could still be noted alike. */
export function stateOf(file: string): string | undefined {
  const { dev, ino, size, mtimeMs, ctimeMs } = statSync(file);
  return ctimeMs + finestMs > Date.now() ? undefined : [dev, ino, size, mtimeMs, ctimeMs].join(' ');
}

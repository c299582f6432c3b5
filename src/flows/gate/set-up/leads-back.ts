import { lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';

/** Folders in which package managers keep what they installed, and nothing that is made of the checkout's own sources. */
const ofPackages = new Set(['node_modules', '.venv', 'venv', 'vendor', '.bundle', '.pixi', '__pypackages__']);

/** Files by which an installed package says where its sources are: with such a one the checkout itself is installed. */
const says = /^(?:.*\.pth|.*\.egg-link|direct_url\.json|__editable__.*)$/;

/**
 * Why what a set-up left serves this checkout only: it holds more than packages, or a package in it is made of the checkout's own files. Undefined
 * where any checkout with the same lockfiles can use it.
 * @param top of the checkout, a real path
 * @param outputs what the set-up left, below the top, with `/`
 */
export function leadsBack(top: string, outputs: readonly string[]): string | undefined {
  const other = outputs.find((path) => !ofPackages.has(basename(path)));
  if (other !== undefined) return `it leaves ${other}`;
  const own = (place: string) => {
    const path = relative(top, place).split(sep).join('/');
    return !path.startsWith('..') && !outputs.some((output) => path === output || path.startsWith(`${output}/`));
  };
  for (const output of outputs) {
    const found = firstBack(join(top, output), top, own);
    if (found !== undefined) return `${relative(top, found)} leads back to it`;
  }
  return undefined;
}

function firstBack(place: string, top: string, isOwn: (place: string) => boolean): string | undefined {
  for (const entry of readdirSync(place, { withFileTypes: true })) {
    const path = join(place, entry.name);
    if (entry.isSymbolicLink()) {
      const target = targetOf(path);
      if (target !== undefined && isOwn(target)) return path;
    } else if (entry.isDirectory()) {
      const found = firstBack(path, top, isOwn);
      if (found !== undefined) return found;
    } else if (says.test(entry.name) && namesOwn(path, top, isOwn)) return path;
  }
  return undefined;
}

function namesOwn(file: string, top: string, isOwn: (place: string) => boolean): boolean {
  if (lstatSync(file).size > 1024 * 1024) return true;
  const text = readFileSync(file, 'utf8');
  return text
    .split(/["'\n\r,]|file:\/\//)
    .map((each) => each.trim())
    .some((each) => (each.startsWith(top) && isOwn(each)) || (/^\.\.?[\\/]/.test(each) && file.endsWith('.pth')));
}

function targetOf(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch {
    return undefined;
  }
}

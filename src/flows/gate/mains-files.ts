import { realpathSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { startedIn } from '../../contracts/started-in.ts';
import type { Verdict } from '../../contracts/verdict.ts';

/** Where main is checked out: the folder of its configuration, and the top of the checkout. */
export interface MainsPlace {
  readonly root: string;
  readonly worktree: string;
}

/**
 * Names main's files as main's. Where the gate keeps its checkout of main says nothing to a reader, and is no place in which to fix anything.
 * Paths are those below the configuration's folder, outside of it those below the top of the repository.
 */
export function namingMainsFiles(verdict: Verdict, place: MainsPlace): Verdict {
  const folders = [place.root, place.worktree].flatMap((folder) => [...new Set([folder, realFolder(folder)])].flatMap(spellings));
  const named = (text: string) =>
    folders.reduce((left, folder) => left.replaceAll(`${folder}${sep}`, "main's ").replaceAll(folder, "main's checkout"), text);
  return {
    ...verdict,
    reason: named(verdict.reason),
    notices: verdict.notices.map((notice) => ({ ...notice, message: named(notice.message) })),
  };
}

/** As it is, and as who stands in this folder writes it. */
function spellings(folder: string): string[] {
  return [folder, relative(startedIn, folder)].filter((spelling) => spelling !== '');
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder);
  }
}

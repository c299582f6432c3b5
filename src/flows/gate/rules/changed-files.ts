import { existsSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DescribedConfig } from '../../described-config.ts';
import { type ChangedFiles as ChangedPaths, textOf } from '../changed-files.ts';

/** Both checkouts, file by file: paths are relative to the repository's top, which need not be where docket.config.ts is. */
export class ChangedFiles {
  readonly #top: string;
  readonly #baseTop: string;
  readonly #root: string;
  /** Every path that differs from the merge base, committed or not. */
  readonly paths: readonly string[];

  private constructor(top: string, baseTop: string, root: string, paths: readonly string[]) {
    this.#top = top;
    this.#baseTop = baseTop;
    this.#root = root;
    this.paths = paths;
  }

  /** @param changed what differs from the merge base, checked out where `main` was loaded from */
  static between(main: DescribedConfig, candidate: DescribedConfig, { top, paths }: ChangedPaths): ChangedFiles {
    const root = realPlace(candidate.root);
    return new ChangedFiles(top, join(realPlace(main.root), relative(root, top)), root, paths);
  }

  /** The path of a file of either checkout, whichever way it was reached; undefined outside of both. */
  pathOf(file: string): string | undefined {
    const real = realPlace(file);
    // Main's checkout may lie inside the candidate's.
    for (const top of [this.#baseTop, this.#top]) {
      const path = relative(top, real);
      if (path !== '' && !path.startsWith('..')) return path;
    }
    return undefined;
  }

  /** What the file says in main and here; undefined where it is not. */
  texts(path: string): { readonly before: string | undefined; readonly after: string | undefined } {
    return { before: textOf(join(this.#baseTop, path)), after: textOf(join(this.#top, path)) };
  }

  /** A text without where either checkout lies: what is the same in both is written alike. */
  unplaced(text: string): string {
    const places = [this.#baseTop, this.#top].flatMap((top) => [pathToFileURL(`${top}/`).href, `${top}/`]);
    return places.reduce((rest, place) => rest.replaceAll(place, ''), text);
  }

  /** The path as somebody at docket.config.ts would write it. */
  shownAs(path: string): string {
    return relative(this.#root, join(this.#top, path)).split(sep).join('/');
  }
}

/** A linked package lies where it is, not where it is linked. */
function realPlace(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

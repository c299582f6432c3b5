import { type BigIntStats, existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { DocketError } from '../../contracts/docket-error.ts';
import { gitPaths } from '../git.ts';
import type { BaseCheckout } from './base-checkout.ts';
import { packageLinksMarker } from './base-dependencies.ts';

/** What is looked at of main's checkout and of the packages that judge. */
export interface Watched {
  /** Main's checkout. */
  readonly checkout: BaseCheckout;
  /** Folders of installed packages, Docket's own code among them. */
  readonly packages: readonly string[];
}

/** Most files of packages that are looked at: more would take longer than the judging. */
const mostOfPackages = 20_000;

/**
 * Remembers how the files are from which main judges, and says later which of them are no longer so. A program of the same user can write there,
 * and put back what it wrote; what the file system notes of the change itself it cannot put back.
 */
export class WatchedFiles {
  readonly #watched: Watched;
  readonly #before: ReadonlyMap<string, string>;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#before = stateOf(watched);
  }

  /**
   * @throws {DocketError} naming what changed since: then nothing is known of what judged
   */
  async requireUnchanged(): Promise<void> {
    const { checkout } = this.#watched;
    const { worktree } = checkout;
    const after = stateOf(this.#watched);
    const differing = [...new Set([...this.#before.keys(), ...after.keys()])].filter((path) => this.#before.get(path) !== after.get(path));
    const other = differing.length === 0 ? [] : (await loadable(checkout, differing)).sort();
    if (other.length === 0) return;
    const [first = ''] = other;
    const place = first.startsWith(`${worktree}${sep}`) ? `main's ${relative(worktree, first)}` : first;
    const more = other.length === 1 ? '' : ` and ${other.length - 1} more`;
    throw new DocketError(
      `While the candidate was being judged, something changed what judges it: ${place}${more}. So there is no verdict. Look for code that writes outside of its own checkout, in the agent or in what it starts, and run the gate again in a fresh clone. The trials of this run were not kept.`,
    );
  }
}

/** Without what the ignore files of the commit ignore: that is the own affair of main's programs, which write there as they run. */
async function loadable({ worktree, commit, repository, built }: BaseCheckout, paths: readonly string[]): Promise<string[]> {
  if (!existsSync(worktree)) return [...paths];
  const others = ['ls-files', '--others', '--exclude-per-directory=.gitignore', '-z'];
  const [added, tracked] = await Promise.all([
    gitPaths(worktree, '\0', `--git-dir=${repository}`, `--work-tree=${worktree}`, ...others),
    gitPaths(repository, '\0', 'ls-tree', '-r', '-z', '--name-only', '--full-tree', commit),
  ]);
  const known = new Set([...added, ...tracked]);
  return paths.filter((path) => {
    if (!path.startsWith(`${worktree}${sep}`) || path.split(sep).includes('node_modules')) return true;
    const below = relative(worktree, path).split(sep).join('/');
    return known.has(below) || built.some((folder) => below.startsWith(folder));
  });
}

function stateOf({ checkout: { worktree }, packages }: Watched): Map<string, string> {
  const state = new Map<string, string>();
  addCheckout(worktree, state);
  const most = state.size + mostOfPackages;
  for (const folder of packages) addPackage(folder, state, most);
  return state;
}

/** Every file of a checkout; of packages which ones are there, and where links to them lead. */
function addCheckout(folder: string, state: Map<string, string>): void {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.name === '.git') continue;
    if (entry.name === 'node_modules') addLinks(path, state);
    else if (entry.isDirectory()) addCheckout(path, state);
    else addFile(path, state);
  }
}

function addLinks(modules: string, state: Map<string, string>): void {
  const found = lstatSync(modules, { throwIfNoEntry: false });
  if (found?.isSymbolicLink()) addFile(modules, state);
  for (const { name } of entriesOf(modules)) {
    // What programs keep beside packages is not loaded as one, and the marker is written by every gate.
    if (name.startsWith('.') || name === packageLinksMarker) continue;
    const names = name.startsWith('@') ? entriesOf(join(modules, name)).map((entry) => join(name, entry.name)) : [name];
    for (const each of names) addPlace(join(modules, each), state);
  }
}

function addPackage(folder: string, state: Map<string, string>, most: number): void {
  for (const entry of entriesOf(folder)) {
    if (state.size >= most) return;
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) addPackage(path, state, most);
    else if (isLoadable(entry.name)) addFile(path, state);
  }
}

/** Without types, source maps and words for people, which are the most of a package's files. */
function isLoadable(name: string): boolean {
  return !/\.(?:d\.[cm]?ts|map|md|txt)$/i.test(name);
}

/** A link is where it leads; of a folder only that it is the same one counts. */
function addPlace(path: string, state: Map<string, string>): void {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (!found) return;
  state.set(path, found.isSymbolicLink() ? `link ${readlinkSync(path)}` : `folder ${found.ino}`);
}

function addFile(path: string, state: Map<string, string>): void {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (found) state.set(path, wordsOf(found));
}

function wordsOf({ ino, size, mode, mtimeNs, ctimeNs }: BigIntStats): string {
  return [ino, size, mode, mtimeNs, ctimeNs].join(' ');
}

function entriesOf(folder: string) {
  return existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
}

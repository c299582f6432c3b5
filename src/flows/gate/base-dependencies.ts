import { execFile } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { sourceClosure } from '../../agent/source-closure.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { counted } from '../../text/figures.ts';
import { findConfig } from '../find-config.ts';
import { removeLeftovers, takeBuilt } from './built-files.ts';
import { type ChangedFiles, pathBelow } from './changed-files.ts';
import { differentlyLocked, findLockfiles, type Lockfile } from './lockfile.ts';
import { differentlyAsked } from './manifest.ts';

const run = promisify(execFile);

/** What is known of the candidate's agent before main is checked out. */
export interface LoadedByAgent {
  /** Names of the installed packages that it loads or is run by. */
  readonly packages: ReadonlySet<string>;
  /** True where it may load any: then all that the lockfiles say is compared. */
  readonly any?: boolean;
  /** A module of the copy of Docket that runs it. */
  readonly docket: string | undefined;
}

export interface NewCheckout {
  /** Folder of the candidate's configuration. */
  readonly root: string;
  /** The folder that corresponds to it in main's checkout. */
  readonly base: string;
  /** The candidate's repository, and what it changes of main. */
  readonly changed: ChangedFiles;
  /** Top folder of main's checkout. */
  readonly worktree: string;
  /** The repository's `.git`. */
  readonly repository: string;
  /** True for one that an earlier run made. */
  readonly usedBefore: boolean;
  readonly loads: LoadedByAgent;
  readonly warn: (message: string) => void;
}

/**
 * Gives main's checkout its packages: a tree of its own, in which the repository's own packages are main's, and each installed one is the
 * candidate's as long as both lockfiles say the same of it. Only where a lockfile says something else of a package that an agent loads are main's installed there, and it is said.
 * @returns what was built of the repository's own packages, as paths below the top
 * @throws {DocketError} when they cannot be installed
 */
export async function provideDependencies(checkout: NewCheckout): Promise<readonly string[]> {
  const { root, base, changed, worktree, warn } = checkout;
  const built = provideBuilt(checkout);
  const installed = `${worktree}.installed`;
  if (existsSync(installed)) {
    if (readFileSync(installed, 'utf8') === textsOf(findLockfiles(base, worktree))) return built;
    rmSync(installed);
    clear(checkout);
  }
  share(checkout);
  const locked = findLockfiles(base, worktree);
  const found = await reasonToInstall(checkout, findLockfiles(root, changed.top), locked);
  if (found === undefined) return built;
  const { reason, from: main = locked[0] } = found;
  if (!main) throw new DocketError(`${reason} Main has no lockfile from which its own packages could be installed. Commit one.`);
  warn(`${reason} So main's own packages are installed in ${main.folder} (${main.install.join(' ')}).`);
  clear(checkout);
  await install(main);
  writeFileSync(installed, textsOf(locked));
  return built;
}

function textsOf(lockfiles: readonly Lockfile[]): string {
  return lockfiles.map(({ text }) => text).join('\n');
}

/** Why main's packages cannot be the candidate's, in a sentence. */
interface Reason {
  readonly reason: string;
  /** Which of main's lockfiles says something else. */
  readonly from?: Lockfile;
}

async function reasonToInstall(
  { root, base, changed: { top }, worktree, loads }: NewCheckout,
  candidate: readonly Lockfile[],
  main: readonly Lockfile[],
): Promise<Reason | undefined> {
  const config = findConfig(base);
  const loaded = config === undefined ? undefined : await closureOrReason(config, docketOf(loads.docket, top, worktree));
  if (typeof loaded === 'string') return { reason: loaded };
  const [names, mains] = [candidate, main].map((lockfiles) => lockfiles.map(({ name }) => name).join(' and '));
  if (loads.any && main.length > 0) {
    if (names === mains && textsOf(candidate) === textsOf(main)) return undefined;
    return { reason: `${mains} is not main's, and nobody can say which packages the agent's program loads.` };
  }
  const wanted = new Set([...loads.packages, ...(loaded?.map(({ name }) => name) ?? [])]);
  if (wanted.size === 0) return undefined;
  if (names !== mains) return { reason: `Main's packages are locked by ${mains || 'no lockfile'}, the candidate's by ${names || 'none'}.` };
  for (const [index, from] of main.entries()) {
    const different = differentlyLocked(from.name, from.text, candidate[index]?.text ?? '', wanted);
    if (different.length > 0) return { reason: `${from.name} differs from main's in ${someOf(different)}, which the agent loads.`, from };
  }
  if (main.length > 0) return undefined;
  // Whatever is installed here was installed for the change.
  const different = foldersUp(root, top).flatMap((folder) => differentlyAsked(join(worktree, folder), join(top, folder), wanted));
  return different.length === 0
    ? undefined
    : { reason: `package.json asks for ${someOf(different)} otherwise than main's, which the agent loads.` };
}

function someOf([first = '', ...more]: readonly string[]): string {
  return more.length === 0 ? first : `${first} and ${counted(more.length, 'more package')}`;
}

/** Docket's own repository is checked out with main's Docket in it. */
function docketOf(docket: string | undefined, top: string, worktree: string): string | undefined {
  if (docket === undefined) return undefined;
  const path = pathBelow(top, fileURLToPath(docket));
  return path === undefined || path.includes('node_modules/') ? docket : pathToFileURL(join(worktree, path)).href;
}

async function closureOrReason(config: string, docket: string | undefined) {
  try {
    return (await sourceClosure({ sources: { configuration: config }, root: dirname(config), docket })).packages;
  } catch (error) {
    if (error instanceof DocketError && error.code === 'not-installed')
      return `Main needs a package that is not installed here (${error.message}).`;
    // What else is wrong with it is said when it is loaded.
    return undefined;
  }
}

async function install({ folder, name, install: [program, ...words] }: Lockfile): Promise<void> {
  try {
    // Without scripts: main's dependencies are read here, not trusted with this checkout.
    await run(program, words, { cwd: folder, maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' });
  } catch (cause) {
    throw new DocketError(
      `Main's own packages could not be installed below ${folder} from ${name}. Run ${[program, ...words].join(' ')} there to see why.`,
      { cause },
    );
  }
}

/** The folders from the configuration's up to the repository's top, relative to the top. */
function foldersUp(root: string, top: string): string[] {
  const folders: string[] = [];
  for (let folder = root; ; folder = dirname(folder)) {
    folders.push(relative(top, folder));
    if (folder === top || dirname(folder) === folder) return folders;
  }
}

function clear({ root, changed: { top }, worktree }: NewCheckout): void {
  for (const folder of foldersUp(root, top)) rmSync(join(worktree, folder, 'node_modules'), { recursive: true, force: true });
}

/** What was built of the repository's own packages; of what an earlier run left there nothing else stays. */
function provideBuilt({ root, changed: { top, paths }, worktree, repository, usedBefore }: NewCheckout): readonly string[] {
  const same = linkedFrom(top, foldersUp(root, top)).filter((folder) => !paths.some((path) => path.startsWith(`${folder}/`)));
  const built = same.flatMap((folder) => takeBuilt({ top, worktree }, folder));
  if (usedBefore) removeLeftovers(repository, worktree, built);
  return built;
}

/** Links to what the candidate has installed; the repository's own packages lead to main's own. */
function share({ root, changed: { top }, worktree }: NewCheckout): void {
  sharePackages({ root, top }, worktree);
}

/**
 * Links to what is installed for a folder and those above it; the repository's own packages lead to the other checkout's own.
 * @param from a folder and the top of its checkout, real paths
 * @param worktree top of the checkout that gets the links
 */
export function sharePackages({ root, top }: { readonly root: string; readonly top: string }, worktree: string): void {
  const folders = foldersUp(root, top);
  for (const folder of new Set([...folders, ...linkedFrom(top, folders)])) {
    const modules = join(top, folder, 'node_modules');
    const place = join(worktree, folder, 'node_modules');
    if (!existsSync(modules) || isTracked(place) || !existsSync(dirname(place))) continue;
    mirror(modules, place, { top, worktree });
  }
}

/** A `node_modules` that is part of the commit is main's own already. */
function isTracked(place: string): boolean {
  return existsSync(place) && !lstatSync(place).isSymbolicLink() && !existsSync(join(place, packageLinksMarker));
}

/** Tells a folder of links from packages that were installed. */
export const packageLinksMarker = '.docket-links';

/** Folders of the repository's own packages that are linked from these folders, or from such a package itself. */
function linkedFrom(top: string, folders: readonly string[]): string[] {
  const found = new Set<string>();
  const pending = [...folders];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const modules = join(top, folder, 'node_modules');
    for (const entry of entriesOf(modules)) {
      const path = linkedTo(top, join(modules, entry));
      if (path === undefined || found.has(path)) continue;
      found.add(path);
      pending.push(path);
    }
  }
  return [...found];
}

/** The folder of the repository, below its top, that an entry is a link to; undefined for what is installed. */
function linkedTo(top: string, place: string): string | undefined {
  try {
    const path = pathBelow(top, realpathSync(place));
    return path === undefined || path.split('/').includes('node_modules') ? undefined : path;
  } catch {
    return undefined;
  }
}

/** Names of packages, with their scope. */
function entriesOf(modules: string): string[] {
  if (!existsSync(modules)) return [];
  return readdirSync(modules).flatMap((entry) =>
    entry.startsWith('@') ? readdirSync(join(modules, entry)).map((name) => join(entry, name)) : [entry],
  );
}

/** One link where nothing in the folder leads into the repository; else a folder of links, in which the repository's own packages are main's. */
function mirror(modules: string, place: string, { top, worktree }: { readonly top: string; readonly worktree: string }): void {
  const entries = entriesOf(modules);
  if (entries.every((entry) => linkedTo(top, join(modules, entry)) === undefined)) {
    link(realPlace(modules), place);
    return;
  }
  if (existsSync(place) && lstatSync(place).isSymbolicLink()) rmSync(place);
  mkdirSync(place, { recursive: true });
  if (!existsSync(join(place, packageLinksMarker))) writeFileSync(join(place, packageLinksMarker), '');
  const wanted = new Set(entries);
  for (const entry of entriesOf(place)) {
    // Nothing that somebody else put there is found before, or instead of, what the candidate has.
    if (entry !== packageLinksMarker && !wanted.has(entry)) rmSync(join(place, entry), { recursive: true, force: true });
  }
  for (const entry of entries) {
    const inRepository = linkedTo(top, join(modules, entry));
    mkdirSync(dirname(join(place, entry)), { recursive: true });
    link(inRepository === undefined ? realPlace(join(modules, entry)) : join(worktree, inRepository), join(place, entry));
  }
}

/** The same from wherever it is looked at: a checkout may be shared by one that has its packages itself and by one that has links to them. */
function realPlace(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Makes a link, or leaves the one that is there already: others may be reading through it. */
function link(target: string, place: string): void {
  const there = lstatSync(place, { throwIfNoEntry: false });
  if (there?.isSymbolicLink() && readlinkSync(place) === target) return;
  rmSync(place, { recursive: true, force: true });
  // A junction, where links need a right that most people lack.
  symlinkSync(target, place, process.platform === 'win32' ? 'junction' : undefined);
}

import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedAt } from '../../agent/closure/installed-package.ts';
import { factorPaths } from '../../agent/factor-files.ts';
import { runnerClosure, versionClosure } from '../../agent/fingerprint.ts';
import { readPaths } from '../../agent/read-files.ts';
import { type SourceClosure, sourceClosure, type Unseen } from '../../agent/source-closure.ts';
import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import type { DescribedVersion } from '../../contracts/described-agent.ts';
import { type IgnoreList, ignoreList } from '../../contracts/ignored-files.ts';
import type { ModelMode } from '../../contracts/model-mode.ts';
import type { DescribedConfig } from '../described-config.ts';
import { gitPaths, tryGit } from '../git.ts';
import type { PreparedVersion } from '../session.ts';
import { type ChangedFiles, linkedPaths, pathBelow, textOf } from './changed-files.ts';
import { differentlyLocked, lockfileNames } from './lockfile.ts';
import { sameManifest } from './manifest.ts';
import { isManifest } from './manifest-files.ts';

/** What one side's agent is made of, as far as it can be known without running it. */
export interface AgentFiles {
  /** Everything that its configuration loads. */
  readonly loaded: SourceClosure;
  /** Files that its fingerprint counts by their content, real paths. */
  readonly counted: ReadonlySet<string>;
  /** Installed packages by name: those that it loads, and those that run it. */
  readonly packages: ReadonlySet<string>;
  /** What its fingerprint may miss. */
  readonly unseen: readonly Unseen[];
  /** True for a program or a server in whatever language: what it loads is written nowhere that could be followed from here. */
  readonly foreign: boolean;
}

/** @throws {DocketError} when a source cannot be read or an import cannot be found */
export async function agentFiles(config: DescribedConfig, version: DescribedVersion, mode: ModelMode): Promise<AgentFiles> {
  const { agent, file, root } = config;
  const loaded = await sourceClosure({ sources: { configuration: file }, docket: agent.docket, root });
  const own = await versionClosure(agent, version, { mode });
  const runner = await runnerClosure(agent, mode);
  const docket = agent.docket === undefined ? undefined : installedAt(fileURLToPath(agent.docket));
  const named = [...(await factorPaths(agent, version.factors)).values()].flat();
  const declared = (agent.reads ?? []).length > 0 || named.length > 0;
  return {
    loaded,
    counted: new Set([
      ...own.files.keys(),
      ...(runner?.files.keys() ?? []),
      ...[...readPaths(agent), ...named].map((path) => realpathSync(path)),
    ]),
    packages: new Set([
      ...[...loaded.packages, ...own.packages, ...(runner?.packages ?? [])].map(({ name }) => name),
      ...(docket ? [docket.name] : []),
    ]),
    unseen: own.unseen.filter(({ reading }) => !(reading && declared)),
    foreign: agent.own !== undefined && agent.own.kind !== 'function',
  };
}

/** Changed files on which answers may depend and which no part of the fingerprint counts. */
export interface UnlistedChanges {
  /** Paths below the repository's top folder. */
  readonly paths: readonly string[];
  /** Hash of their paths and contents; undefined when there are none. */
  readonly hash: string | undefined;
}

/** The version under the fingerprint that stands for the unlisted changes too. */
export function withUnlisted<Prepared extends Pick<PreparedVersion, 'identity'>>(prepared: Prepared, { hash }: UnlistedChanges): Prepared {
  if (hash === undefined) return prepared;
  const fingerprint = sha256(canonicalJson([prepared.identity.fingerprint, hash]));
  return { ...prepared, identity: { ...prepared.identity, fingerprint } };
}

export interface Comparison {
  readonly candidate: DescribedConfig;
  readonly files: AgentFiles;
  /** Commit of main. */
  readonly commit: string;
  /** What differs from it. */
  readonly changed: ChangedFiles;
  /** True where main's fingerprint is the same: then no part counted the change of a file, whatever it is made of. */
  readonly sameFingerprint: boolean;
  /** Whose list of ignored files counts: main's, never the candidate's, wherever something is decided by it. */
  readonly rules: Pick<DescribedConfig, 'ignore' | 'cases' | 'root'>;
  /** What the agent finds in its environment may name files. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Looks for changes that the fingerprint does not see, in any language: what git says changed in the agent's folder, in the linked packages that
 * it loads, in what lies directly in the folders above, and in what code that opens files names, without the files on which no answer depends. Where the agent's code may open files
 * that cannot be known, the whole repository counts and no file is ignored; for an agent in another language or behind a URL the whole repository
 * counts, without what is ignored.
 * @throws {DocketError} when git fails
 */
export async function unlistedChanges(comparison: Comparison): Promise<UnlistedChanges> {
  const { candidate, files, changed, sameFingerprint, rules } = comparison;
  const { top, paths } = changed;
  const root = pathBelow(top, realpathSync(candidate.root)) ?? '';
  const ignored = ignoreList(rules.ignore, relative(rules.root, rules.cases).split(sep).join('/'));
  const counted = new Set(sameFingerprint ? [] : [...files.counted].flatMap((file) => pathBelow(top, file) ?? []));
  const open = files.unseen.length > 0;
  const within = scopeOf(top, root, files);
  const mentions = mentionsOf(files.loaded);
  const inScope = (path: string) => open || files.foreign || within(path) || mentions(path);
  const links = paths.length > 0 ? await linkedPaths(top) : new Map<string, string>();
  // A file behind a link counts under the link's name too, where that lies in the agent's folder.
  const namesOf = (path: string) => [
    path,
    ...[...links].flatMap(([link, target]) =>
      path === target ? [link] : path.startsWith(`${target}/`) ? [link + path.slice(target.length)] : [],
    ),
  ];
  const others = files.foreign && !open && paths.length > 0 ? await otherSuites(top, root) : [];
  const relevant: string[] = [];
  for (const path of paths) {
    if (others.some((folder) => path.startsWith(folder))) continue;
    const names = namesOf(path).filter(inScope);
    if (names.length === 0 || counted.has(path)) continue;
    const below = names.map((name) => belowRoot(root, name));
    if (below.every((name) => ignored.isOwn(name))) continue;
    if (open || !(await isIdle(top, path, below, { comparison, ignored, names }))) relevant.push(path);
  }
  if (relevant.length === 0) return { paths: [], hash: undefined };
  const contents = await Promise.all(relevant.map(async (path) => [path, await contentHash(join(top, path))]));
  return { paths: relevant, hash: sha256(canonicalJson(contents)) };
}

/** Folders in which other agents of the repository have their cases and reports. */
async function otherSuites(top: string, root: string): Promise<string[]> {
  const configs = await gitPaths(top, '\0', 'ls-files', '-z', '--', ':(glob)**/docket.config.*');
  const folders = configs
    .map((path) => (dirname(path) === '.' ? '' : `${dirname(path)}/`))
    .filter((folder) => folder !== (root && `${root}/`));
  return folders.flatMap((folder) => [`${folder}cases/`, `${folder}reports/`]);
}

function belowRoot(root: string, path: string): string {
  return root !== '' && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}

/** The agent's folder, linked packages, files directly in a folder above, and patches of packages there. */
function scopeOf(top: string, root: string, { loaded }: AgentFiles): (path: string) => boolean {
  const folders = new Set([root]);
  for (const file of loaded.files.keys()) {
    const path = pathBelow(top, file);
    if (path !== undefined) folders.add(packageFolder(top, dirname(path)));
  }
  const above = new Set<string>();
  for (const folder of folders) for (let place = folder; place !== ''; place = parent(place)) above.add(parent(place));
  return (path) => {
    if ([...folders].some((folder) => folder === '' || path.startsWith(`${folder}/`))) return true;
    if (above.has(parent(path))) return true;
    return /(?:^|\/)(?:patches|\.yarn)\//.test(path);
  };
}

/** Code that opens files, by itself or through an installed package. */
function openingFiles({ unseen, importers }: SourceClosure): ReadonlySet<string> {
  return new Set([...unseen.map(({ file }) => file), ...importers]);
}

/** Tells whether code that opens files, or data that it loads, says a file's name or the folder that the file lies in. */
function mentionsOf(loaded: SourceClosure): (path: string) => boolean {
  let texts: string | undefined;
  return (path) => {
    if (texts === undefined) {
      const opening = openingFiles(loaded);
      const named = [...loaded.files.keys()].filter((file) => opening.has(file) || (opening.size > 0 && !javascript.test(extname(file))));
      texts = named.map((file) => readFileSync(file, 'utf8')).join('\n');
    }
    const folder = dirname(path);
    const words = [basename(path), ...(folder === '.' ? [] : asFolder(basename(folder)))];
    return words.some((word) => texts?.includes(word));
  };
}

/** The nearest folder with a `package.json`, but not the whole repository for a file that lies somewhere in it. */
function packageFolder(top: string, folder: string): string {
  const start = folder === '.' ? '' : folder;
  for (let place = start; place !== ''; place = parent(place)) {
    if (statSync(join(top, place, 'package.json'), { throwIfNoEntry: false })) return place;
  }
  return start;
}

function parent(path: string): string {
  const folder = dirname(path);
  return folder === '.' ? '' : folder;
}

interface Idleness {
  readonly comparison: Comparison;
  readonly ignored: IgnoreList;
  readonly names: readonly string[];
}

/** True for a file on which no answer depends. */
async function isIdle(top: string, path: string, below: readonly string[], { comparison, ignored, names }: Idleness): Promise<boolean> {
  const name = basename(path);
  // Which packages such an agent loads is not known, so all of them count.
  if (comparison.files.foreign && isManifest(path)) return false;
  if (name === 'package.json') return sameManifest(await textAt(top, comparison.commit, path), textOf(join(top, path))?.trim());
  if (lockfileNames.some((each) => each === name)) {
    const before = await textAt(top, comparison.commit, path);
    const after = textOf(join(top, path))?.trim();
    if (before === undefined || after === undefined) return comparison.files.packages.size === 0;
    return differentlyLocked(name, before, after, comparison.files.packages).length === 0;
  }
  if (!below.every((each) => ignored.ignores(each))) return false;
  // Code that is loaded is never ignored: what a version says of itself comes from there.
  if (isLoaded(join(top, path), comparison.files)) return false;
  if (names.some((each) => isInEnvironment(join(top, each), comparison))) return false;
  return !(await isMentioned(top, names, comparison, ignored));
}

/** True where a variable's value is the file, or a folder around it that is not around the agent as a whole. */
function isInEnvironment(place: string, { environment, candidate }: Comparison): boolean {
  const root = realpathSync(candidate.root);
  return Object.values(environment).some((value = '') =>
    value.split(delimiter).some((each) => {
      if (!/[\w/\\]/.test(each)) return false;
      const named = resolve(root, each.replace(/^file:\/\//, ''));
      return place === named || (!`${root}${sep}`.startsWith(named + sep) && place.startsWith(named + sep));
    }),
  );
}

function isLoaded(place: string, { loaded }: AgentFiles): boolean {
  return existsSync(place) && loaded.files.has(realpathSync(place));
}

/** What is no program: it names files, and opens none. */
const noProgram =
  /^\.(?:md|mdx|txt|rst|adoc|html?|css|svg|png|jpe?g|gif|ico|pdf|lock|snap|csv|tsv|json[c5l]?|ya?ml|toml|xml|ini|cfg|env|ipynb)$/;
/** Data in which programs are told what to open. */
const settings = /^\.(?:json[c5l]?|ya?ml|toml|ini|cfg)$/;
const javascript = /^\.[cm]?[jt]sx?$/;

/**
 * True when code that opens files says the file's name, or the name of an ignored folder around it. JavaScript that opens none cannot; what is
 * written in another language may.
 */
async function isMentioned(top: string, names: readonly string[], { candidate, files }: Comparison, ignored: IgnoreList): Promise<boolean> {
  const root = pathBelow(top, realpathSync(candidate.root)) ?? '';
  const opening = openingFiles(files.loaded);
  const words = names.flatMap((name) => [basename(name), ...ignoredFolders(name, (path) => ignored.ignores(belowRoot(root, path)))]);
  const listed = await tryGit(
    top,
    'grep',
    '--untracked',
    '--name-only',
    '-I',
    '-z',
    '-F',
    ...words.flatMap((word) => ['-e', word]),
    '--',
    root === '' || files.foreign ? '.' : root,
  );
  // git ends with an error when nothing is found.
  const found = (listed ?? '').split('\0').filter((path) => path !== '');
  return found.some((path) => {
    const kind = extname(path);
    const file = realpathSync(join(top, path));
    // What an agent that is no JavaScript to Docket runs may be some all the same.
    if (javascript.test(kind) && (!files.foreign || files.loaded.files.has(file))) return opening.has(file);
    // Data that the agent loads may name what it opens.
    const isData = noProgram.test(kind) || basename(path).startsWith('.');
    if (isData && !(files.foreign && settings.test(kind) && !isManifest(path))) return opening.size > 0 && files.loaded.files.has(file);
    const below = belowRoot(root, path);
    return !ignored.isOwn(below) && !ignored.ignores(below);
  });
}

/** How code would name the folders around a file that are ignored as a whole: by a computed name, any file in them can be read. */
function ignoredFolders(name: string, isIgnored: (path: string) => boolean): string[] {
  const folders = dirname(name) === '.' ? [] : dirname(name).split('/');
  const first = folders.findIndex((_, index) => isIgnored([...folders.slice(0, index + 1), 'any-other-file'].join('/')));
  return first < 0 ? [] : folders.slice(first).flatMap(asFolder);
}

/** How code writes the name of a folder. */
function asFolder(name: string): string[] {
  return [`${name}/`, `'${name}'`, `"${name}"`, `\`${name}\``];
}

async function textAt(top: string, commit: string, path: string): Promise<string | undefined> {
  return tryGit(top, 'show', `${commit}:${path}`);
}

async function contentHash(file: string): Promise<string> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return 'gone';
  // A folder is a repository of its own inside this one.
  return found.isFile() ? sha256(readFileSync(file, 'latin1')) : `folder ${await tryGit(file, 'rev-parse', 'HEAD')}`;
}

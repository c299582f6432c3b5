import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { canonicalJson, sha256 } from '../../../contracts/canonical-json.ts';
import type { Clock } from '../../../contracts/clock.ts';
import { gitPaths } from '../../git.ts';
import { workerCommand } from '../../worker/worker-command.ts';
import { placeOfMain } from '../base-checkout.ts';
import { copyFiles } from '../copy-files.ts';
import { withLock } from '../file-lock.ts';
import { isManifest } from '../manifest-files.ts';
import { leadsBack } from './leads-back.ts';
import { runSetUp } from './run-set-up.ts';

/** A checkout that Docket made, and the command that makes its agent ready to run. */
export interface CheckoutToSetUp {
  /** Whose it is, for messages: `Main's`. */
  readonly whose: string;
  readonly command: readonly string[];
  /** Folder of the configuration, in which the command runs. */
  readonly root: string;
  /** Top folder of the checkout. */
  readonly top: string;
  /** Its files, below the top, with `/`. */
  readonly files: readonly string[];
  /** Folder for what set-ups leave, the same for all checkouts of a repository. */
  readonly kept: string;
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Called before the command runs: it may take minutes. */
  readonly onStart?: () => void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What nobody used for so long is taken away. */
const keptDays = 30;

/**
 * Makes a checkout's agent ready to run. The set-up runs once for what the lockfiles, the manifests and the command say, in a copy of the checkout that is
 * kept; other checkouts get links to what it left. Where that leads back to the checkout itself (an editable install, a linked workspace, something that
 * was built), it serves no other, and each is set up by itself.
 * @throws {DocketError} when the set-up fails
 */
export async function setUp(checkout: CheckoutToSetUp): Promise<void> {
  const { kept, clock, signal } = checkout;
  const place = join(kept, keyOf(checkout).slice(0, 16));
  await withLock(`${place}.lock`, { clock, signal }, async () => {
    removeUnused(kept, clock.date());
    const state = readState(place) ?? (await setUpOnce(checkout, place));
    utimesSync(place, clock.date(), clock.date());
    if (state.shared) linkAll(place, checkout.top, state.outputs);
    else {
      keepOthersPackages(checkout);
      await runIn(checkout, checkout.root, checkout.top);
    }
  });
}

interface SetUpState {
  readonly shared: boolean;
  readonly outputs: readonly string[];
}

async function setUpOnce(checkout: CheckoutToSetUp, place: string): Promise<SetUpState> {
  const { top, files, root } = checkout;
  rmSync(place, { recursive: true, force: true });
  const copy = join(place, 'checkout');
  mkdirSync(copy, { recursive: true });
  copyFiles(top, copy, files);
  const real = realpathSync(copy);
  const outputs = await runIn(checkout, join(real, relative(top, root)), real, files);
  const shared = leadsBack(real, outputs) === undefined;
  const state: SetUpState = { shared, outputs: shared ? outputs : [] };
  if (!shared) rmSync(copy, { recursive: true, force: true });
  // Last: without it an interrupted set-up is made again.
  writeFileSync(join(place, 'state.json'), JSON.stringify(state));
  return state;
}

/** A package manager empties the folder of packages that it finds, through a link to another checkout's too; links in a folder it takes for what they are. */
function keepOthersPackages({ top, files }: CheckoutToSetUp): void {
  for (const folder of ['', ...new Set(files.flatMap(foldersOf))]) {
    const modules = join(top, folder, 'node_modules');
    if (!lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) continue;
    const target = realpathSync(modules);
    rmSync(modules);
    mkdirSync(modules);
    for (const name of readdirSync(target)) symlinkSync(join(target, name), join(modules, name), 'junction');
  }
}

/** @returns what it left beside the files, each folder that is new as a whole */
async function runIn(
  { whose, command, environment = process.env, signal, onStart }: CheckoutToSetUp,
  directory: string,
  top: string,
  files: readonly string[] = [],
) {
  onStart?.();
  await runSetUp({ whose, command, directory, worker: workerCommand(directory, environment), signal });
  return newEntries(top, new Set(files));
}

function newEntries(top: string, files: ReadonlySet<string>): string[] {
  const folders = new Set([...files].flatMap((path) => foldersOf(path)));
  const below = (folder: string): string[] =>
    readdirSync(join(top, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (files.has(path)) return [];
      return entry.isDirectory() && folders.has(path) ? below(path) : [path];
    });
  return below('');
}

function foldersOf(path: string): string[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}

/** What decides what a set-up leaves; where nothing says which packages it installs, every file. */
function keyOf({ command, root, top, files }: CheckoutToSetUp): string {
  const prefix = relative(top, root).split(sep).join('/');
  const named = new Set(command.map((word) => (prefix === '' ? word : `${prefix}/${word}`)).map((path) => path.replace(/^\.\//, '')));
  const manifests = files.filter(isManifest);
  const counted = manifests.length === 0 ? files : [...manifests, ...files.filter((path) => named.has(path))];
  const contents = [...new Set(counted)].sort().map((path) => [path, contentHash(join(top, ...path.split('/')))]);
  return sha256(canonicalJson([[...command], prefix, contents, process.version, process.platform]));
}

function contentHash(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() ? sha256(readFileSync(file, 'latin1')) : 'none';
}

function linkAll(place: string, top: string, outputs: readonly string[]): void {
  for (const path of outputs) {
    const target = join(top, ...path.split('/'));
    // A folder of links, or a link to what another side has installed.
    rmSync(target, { recursive: true, force: true });
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(realpathSync(join(place, 'checkout', ...path.split('/'))), target, 'junction');
  }
}

function readState(place: string): SetUpState | undefined {
  const file = join(place, 'state.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SetUpState) : undefined;
}

function removeUnused(kept: string, now: Date): void {
  for (const name of existsSync(kept) ? readdirSync(kept) : []) {
    const place = join(kept, name);
    if (!/^[0-9a-f]{16}$/.test(basename(place)) || now.getTime() - statSync(place).mtimeMs < keptDays * 24 * 3600_000) continue;
    rmSync(place, { recursive: true, force: true });
  }
}

/** Where what set-ups of a repository leave is kept: beside its checkouts of main. */
export async function setUpsOf(root: string, commit: string): Promise<string> {
  const repository = dirname((await placeOfMain(root, commit)).worktree);
  return join(dirname(dirname(repository)), 'set-up', basename(repository));
}

/** The files of a commit, below the top. */
export function filesOfCommit(repository: string, commit: string): Promise<string[]> {
  return gitPaths(repository, '\0', 'ls-tree', '-r', '-z', '--name-only', '--full-tree', commit);
}

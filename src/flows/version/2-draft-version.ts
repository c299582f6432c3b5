import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryAround, writeCheckoutFile } from '../../contracts/checkout-file.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { VersionDraft } from '../../contracts/version-draft.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { tryGit } from '../git.ts';
import type { LoadedConfig } from '../load-config.ts';
import { draftCommit } from './draft-commit.ts';
import { DraftedFiles, type VersionWriter } from './drafted-files.ts';
import { ForeignWriter } from './foreign-writer.ts';
import { GitTree, git } from './git-tree.ts';
import { MessagesWriter } from './messages-writer.ts';
import { checkedChange, isStub, type VersionChange } from './version-change.ts';

export interface DraftRequest {
  readonly config: LoadedConfig;
  /** The version that the draft begins as. */
  readonly from: string;
  /** The new version. */
  readonly name: string;
  /** In the order in which they are committed, one a commit. */
  readonly changes: readonly VersionChange[];
  /** `version/<name>` when not given. */
  readonly branch?: string;
  /** Fingerprints of the version of before whose runs were looked at, and problems and findings that it was known to have. */
  readonly seen?: Pick<VersionDraft, 'fingerprints' | 'known'>;
}

/** A version as commits on a branch of its own. */
export interface DraftedVersion {
  readonly branch: string;
  /** The commit that it begins at. */
  readonly base: string;
  readonly commits: readonly {
    readonly id: string | undefined;
    readonly what: string;
    readonly commit: string;
    readonly files: readonly string[];
  }[];
  /** File of the patch, for an agent whose own files are changed. */
  readonly patch?: string;
  /** Changes that a person has to finish, by their ids. */
  readonly stubs: readonly string[];
}

/** Where the promises of a draft stand, below the folder of the configuration. */
export function draftFile(name: string): string {
  return `reports/drafts/${name}.json`;
}

/**
 * Writes a version from changes, one change a commit, on a new branch that begins at HEAD. Nothing in the checkout is touched: the commits are made of git's
 * objects, and the branch is made last. Where code is needed, a name that is declared nowhere stands in its place.
 * @throws {DocketError} before anything is written: an unknown or existing version, an existing branch, uncommitted changes, a source without a place for a change
 */
export async function draftVersion(request: DraftRequest): Promise<DraftedVersion> {
  const { config, from, name, branch = `version/${name}`, seen = { fingerprints: [], known: [] } } = request;
  const { agent, root } = config;
  checkNames(config, from, name);
  const changes = request.changes.map(checkedChange);
  checkChanges(changes);
  const tree = await GitTree.open(root);
  await checkBranch(root, branch);
  await checkClean(root);
  if (agent.own && existsSync(patchFile(root, name)))
    throw new DocketError(`${patchFile(root, name)} is there already, of an earlier draft. Move or remove it first; nothing was written.`);
  const files = new DraftedFiles(tree);
  const writer: VersionWriter = agent.own ? new ForeignWriter(config, files, { from }) : new MessagesWriter(config, files, { from, name });
  await writer.begin(changes);
  const record: VersionDraft = {
    kind: 'version-draft',
    schemaVersion: 1,
    agent: agent.name,
    version: name,
    from,
    ...seen,
    changes: changes.map(({ id, what, edit, promise }) => ({ id, what, stub: isStub(edit), ...(promise ? { promise } : {}) })),
  };
  files.write(tree.pathOf(join(tree.top, await prefixOf(root), draftFile(name))), `${JSON.stringify(record, null, 2)}\n`);
  const about = { agent: agent.name, version: name, from };
  const steps = [{ id: undefined as string | undefined, what: `begins as ${from}`, files: files.take() }];
  for (const change of changes) {
    await writer.apply(change);
    steps.push({ id: change.id, what: change.what, files: files.take() });
  }
  const made = await tree.add(steps.map((step) => ({ message: draftCommit(about, step), files: step.files })));
  await tree.createBranch(branch, made.at(-1) ?? tree.commit);
  const patch = agent.own ? await writePatch(config, name, made) : undefined;
  return {
    branch,
    ...(patch === undefined ? {} : { patch }),
    base: tree.commit,
    commits: steps.map(({ id, what, files: changed }, index) => ({ id, what, commit: made[index] ?? '', files: [...changed.keys()] })),
    stubs: changes.filter(({ edit }) => isStub(edit)).map(({ id }) => id),
  };
}

/** @throws {DocketError} for a version that is not there to begin with, and one that is there already */
export function checkNames({ agent }: Pick<LoadedConfig, 'agent'>, from: string, name: string): void {
  if (!Object.hasOwn(agent.versions, from))
    throw new DocketError(
      `The agent "${agent.name}" has no version "${plainLine(from)}" to begin with.${didYouMean(from, Object.keys(agent.versions))}`,
    );
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name))
    throw new DocketError(`"${plainLine(name)}" is no name for a version. Expected letters, digits, ".", "_" and "-", at most 64, as v4.`);
  const taken = Object.keys(agent.versions).find((each) => each.toLowerCase() === name.toLowerCase());
  if (taken !== undefined)
    throw new DocketError(`The agent "${agent.name}" has a version "${taken}" already. Choose another name; nothing was written.`);
}

function checkChanges(changes: readonly VersionChange[]): void {
  if (changes.length === 0) throw new DocketError('A version without a change is the version that is there. Name at least one change.');
  const ids = changes.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new DocketError(`The change ${twice} is named twice.`);
}

async function checkBranch(root: string, branch: string): Promise<void> {
  const isName =
    !branch.startsWith('-') && !branch.startsWith('@') && (await tryGit(root, 'check-ref-format', `refs/heads/${branch}`)) !== undefined;
  if (!isName) throw new DocketError(`"${plainLine(branch)}" is no name for a branch of git. Choose another one: --branch version-4.`);
  const branches = (await git(root, ['for-each-ref', '--format=%(refname:short)', 'refs/heads/']))
    .split('\n')
    .filter((each) => each !== '');
  const same = branches.find(
    (each) => each.toLowerCase() === branch.toLowerCase() || each.startsWith(`${branch}/`) || branch.startsWith(`${each}/`),
  );
  if (same === undefined) return;
  throw new DocketError(
    same === branch
      ? `There is a branch ${branch} already, and it is left as it is. Name another one (--branch), or delete it: git branch -D ${branch}.`
      : `There is a branch ${plainLine(same)}, beside which git can have no ${branch}. Name another one: --branch.`,
  );
}

/** A draft begins at the commit: what is not committed would not be in it, and nobody would see that. */
async function checkClean(root: string): Promise<void> {
  const changed = (await git(root, ['status', '--porcelain=v1', '-z', '--untracked-files=no', '--ignore-submodules=none']))
    .split('\0')
    .filter((line) => line !== '');
  if (changed.length === 0) return;
  const files = changed.map((line) => line.slice(3)).slice(0, 3);
  throw new DocketError(
    `There are changes that are not committed (${files.map(plainLine).join(', ')}${changed.length > 3 ? ' and more' : ''}), and a draft begins at the commit. Commit or stash them first; nothing was written, and they are as they were.`,
  );
}

function patchFile(root: string, name: string): string {
  return join(root, `reports/version-${name}.patch`);
}

/** The changes of the agent's own files, one after the other, as `git am` takes them. */
async function writePatch({ root }: LoadedConfig, name: string, commits: readonly string[]): Promise<string> {
  const [first, last] = [commits[0] ?? '', commits.at(-1) ?? ''];
  const text = await git(root, ['format-patch', '--stdout', '--no-signature', '--no-stat', '--end-of-options', `${first}^..${last}`]);
  const file = patchFile(root, name);
  const fault = writeCheckoutFile(file, repositoryAround(root), [text]);
  if (fault) throw new DocketError(`The branch is there, and ${file} ${fault.fault}.`);
  return file;
}

/** The configuration's folder below the top; empty in the top itself. */
async function prefixOf(root: string): Promise<string> {
  return (await tryGit(root, 'rev-parse', '--show-prefix')) ?? '';
}

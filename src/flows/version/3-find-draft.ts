import { join } from 'node:path';
import { z } from 'zod';
import { DocketError } from '../../contracts/docket-error.ts';
import { type DraftedChange, type VersionDraft, versionDraftSchema } from '../../contracts/version-draft.ts';
import { plainLine, plainText } from '../../text/hostile-text.ts';
import { tryGit } from '../git.ts';
import type { LoadedConfig } from '../load-config.ts';
import { draftFile } from './2-draft-version.ts';
import { type DraftCommit, logFormat, readLog } from './draft-commit.ts';
import { GitTree, git } from './git-tree.ts';

/** A draft as it is now, with what a person committed on top of it. */
export interface FoundDraft {
  readonly record: VersionDraft;
  readonly branch: string;
  /** The commit that it began at. */
  readonly base: string;
  readonly tip: GitTree;
  /** Each change with its commits, the newest first: those that name it, and those that fix one of them up. */
  readonly changes: readonly (DraftedChange & { readonly commits: readonly string[] })[];
  /** What a person should know. */
  readonly notices: readonly string[];
}

/**
 * Finds the commits of a drafted version, on its branch.
 * @param branch `version/<name>` when not given
 * @throws {DocketError} when there is no such branch, or it holds no draft of the version from the other one
 */
export async function findDraft(
  { root, agent }: LoadedConfig,
  { name, against, branch = `version/${name}` }: { readonly name: string; readonly against: string; readonly branch?: string },
): Promise<FoundDraft> {
  if (branch.startsWith('-')) throw new DocketError(`"${plainLine(branch)}" is no branch or commit of git.`);
  const tip = await GitTree.open(root, branch).catch((error: unknown) => {
    if (!(error instanceof DocketError)) throw error;
    return undefined;
  });
  if (!tip)
    throw new DocketError(
      `There is no branch ${plainLine(branch)}, on which ${plainLine(name)} would be drafted. Draft it: docket version draft ${plainLine(name)} --from ${plainLine(against)}; or name its branch: --branch.`,
    );
  const found = readLog(
    await git(tip.top, ['log', '--first-parent', '-n', '2000', '--no-show-signature', `--format=${logFormat}`, tip.commit, '--']),
  );
  const begun = found.findIndex(({ version, change }) => version === name && change === undefined);
  if (begun === -1)
    throw new DocketError(
      `No commit of ${plainLine(branch)} begins a draft of ${plainLine(name)}. Merged or squashed it is no draft any more: docket gate judges it then.`,
    );
  const commits = found.slice(0, begun + 1);
  const record = await readRecord(tip, root, name);
  if (record.from !== against)
    throw new DocketError(
      `${name} began as ${plainLine(record.from)}, and not as ${plainLine(against)}: docket version try ${name} --against ${plainLine(record.from)}.`,
    );
  if (record.agent !== agent.name || record.version !== name)
    throw new DocketError(
      `${draftFile(name)} on ${plainLine(branch)} is a draft of ${plainLine(record.version)} of ${plainLine(record.agent)}, not of ${name} of ${agent.name}.`,
    );
  const base = await tryGit(tip.top, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${commits.at(-1)?.commit}^`);
  if (!base)
    throw new DocketError(
      `The commit before ${plainLine(branch)} began is not here. In a shallow clone fetch the history first (fetch-depth: 0).`,
    );
  const dirty = (await tryGit(root, 'symbolic-ref', '--quiet', '--short', 'HEAD')) === branch && (await hasChanges(root));
  return {
    record,
    branch,
    base,
    tip,
    changes: record.changes.map((change) => ({ ...change, commits: commitsOf(change.id, name, commits) })),
    notices: dirty ? ['What is not committed in this checkout is not tried: commit it to the draft first.'] : [],
  };
}

async function hasChanges(root: string): Promise<boolean> {
  return (await tryGit(root, 'status', '--porcelain=v1', '--untracked-files=no')) !== '';
}

/** The newest first: commits that name the change, and `git commit --fixup` of one. */
function commitsOf(id: string, name: string, commits: readonly DraftCommit[]): string[] {
  const named = commits.filter(({ change, version }) => change === id && (version === name || version === undefined));
  const subjects = new Set(named.map(({ subject }) => subject));
  const isOf = (commit: DraftCommit) =>
    named.includes(commit) || subjects.has(commit.subject.replace(/^(?:(?:fixup|squash|amend)! )+/, ''));
  return commits.filter(isOf).map(({ commit }) => commit);
}

async function readRecord(tip: GitTree, root: string, name: string): Promise<VersionDraft> {
  const prefix = (await tryGit(root, 'rev-parse', '--show-prefix')) ?? '';
  const path = tip.pathOf(join(tip.top, prefix, draftFile(name)));
  const text = await tip.read(path);
  if (text === undefined)
    throw new DocketError(`The draft has no ${path}, in which its promises stand. Take the commit that began it as it was made.`);
  try {
    return versionDraftSchema.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new DocketError(`${path} of the draft cannot be used: ${plainText(why).slice(0, 800)}`, { cause: error });
  }
}

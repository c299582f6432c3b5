import { draftFile } from './2-draft-version.ts';
import type { FoundDraft } from './3-find-draft.ts';
import { GitTree, git } from './git-tree.ts';
import { withoutChange } from './without-change.ts';

/** The draft without one of its changes: a commit that no branch holds, or why there is none. */
export type BuiltWithout = { readonly commit: string } | { readonly why: string };

/** Builds the draft without one change, out of git's objects alone. */
export async function builtWithout({ tip, changes, record }: FoundDraft, id: string): Promise<BuiltWithout> {
  const change = changes.find((each) => each.id === id);
  if (!change || change.commits.length === 0) return { why: 'no commit of the branch names it' };
  const files = new Map<string, string | null>();
  for (const commit of change.commits) {
    const [parent] = (await git(tip.top, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^1`])).split('\n');
    const [before, after] = [await GitTree.open(tip.top, parent), await GitTree.open(tip.top, commit)];
    const changed = (await git(tip.top, ['diff-tree', '-r', '-z', '--no-renames', '--name-only', before.commit, after.commit])).split('\0');
    for (const path of changed.filter((each) => each !== '')) {
      // Types say nothing to what runs, and the record of the draft is no part of the agent.
      if (/\.generated\.[cm]?ts$/.test(path) || path.endsWith(draftFile(record.version))) continue;
      const now = files.has(path) ? files.get(path) : await tip.read(path);
      const undone = withoutChange(path, now ?? undefined, { before: await before.read(path), after: await after.read(path) });
      if ('conflict' in undone) return { why: `${path}: ${undone.conflict}` };
      files.set(path, undone.text);
    }
  }
  // What was read before says whether a file can be run.
  for (const path of files.keys()) await tip.read(path);
  const [commit = tip.commit] = await tip.add([{ message: `${record.version} without ${id}\n`, files }]);
  return { commit };
}

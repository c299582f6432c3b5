import { dirname } from 'node:path';
import { DocketError } from '../../../contracts/docket-error.ts';
import type { ModelMode } from '../../../contracts/model-mode.ts';
import { findConfig } from '../../find-config.ts';
import { tryGit } from '../../git.ts';
import { loadSuite } from '../1-load-suite.ts';
import { checkOutBase, placeOfMain } from '../base-checkout.ts';
import { readBaseline } from '../baseline-store.ts';
import { type Candidate, configOf, startWorker } from '../candidate.ts';
import { changedFiles } from '../changed-files.ts';
import { refuseForeignLinks } from '../foreign-links.ts';
import { checkOutMain, loadMain, type MainRequest, policyDecisions, requireSameAgent } from '../load-main.ts';
import { loadsOf } from '../loads-of.ts';
import { noBaseline } from '../no-baseline.ts';
import { proposedBy, ruleRows } from '../rules/index.ts';
import { WatchedFiles } from '../watched-files.ts';

/** What a commit proposed, or why that is not known any more. */
export type RulesAtCommit =
  | { readonly kind: 'known'; readonly proposed: readonly string[] }
  | { readonly kind: 'unknown'; readonly reason: string };

/** From where the rules of another commit are worked out. */
export interface RulesQuestion {
  readonly candidate: Candidate;
  readonly mode: ModelMode;
  readonly request: MainRequest;
}

/** Works out what a commit proposes against the commit of main that it left: the same comparison as of this checkout, each in a checkout of its own. */
export async function rulesAtCommit(commit: string, question: RulesQuestion): Promise<RulesAtCommit> {
  const { config, base } = question.candidate;
  const name = commit.slice(0, 12);
  if ((await tryGit(config.root, 'cat-file', '-e', `${commit}^{commit}`)) === undefined)
    return { kind: 'unknown', reason: `the reviewed commit ${name} is gone (a force push, or a clone without it)` };
  const left = await tryGit(config.root, 'merge-base', commit, base.commit);
  if (!left) return { kind: 'unknown', reason: `the reviewed commit ${name} has no commit in common with main` };
  const ends: (() => void)[] = [];
  try {
    return { kind: 'known', proposed: await proposedAt(commit, left, question, ends) };
  } catch (error) {
    if (!(error instanceof DocketError)) throw error;
    return { kind: 'unknown', reason: `the rules of the reviewed commit ${name} cannot be read: ${error.message}` };
  } finally {
    for (const end of ends) end();
  }
}

async function proposedAt(commit: string, left: string, { candidate, mode, request }: RulesQuestion, ends: (() => void)[]) {
  const { config: here } = candidate;
  const loads = await loadsOf(here.file, here.root, mode);
  const checkout = await checkOutBase(here.root, commit, { changed: await changedFiles(here.root, commit), loads }, request);
  const directory = checkout.root;
  const file = findConfig(directory);
  if (file === undefined || dirname(file) !== directory) throw new DocketError('it has no docket.config.ts');
  await refuseForeignLinks(directory, left);
  const base = { ref: candidate.base.ref, commit: left };
  const changed = await changedFiles(directory, left);
  const main = { root: directory, file, base };
  const { worktree } = await placeOfMain(directory, left);
  const coming = { worktree, checkingOut: checkOutMain(main, changed, request) };
  const { mainConfig, mainWorker, described, watched, leave } = await loadMain(main, coming, request);
  ends.push(leave, () => mainWorker.close());
  const reviewed = new WatchedFiles({ checkout, packages: [] });
  const worker = await startWorker({ title: `the reviewed commit ${commit.slice(0, 12)}`, directory }, { root: directory }, request);
  ends.push(() => worker.close());
  const config = configOf(worker, file);
  requireSameAgent({ mainConfig }, config);
  const baseline = readBaseline(mainConfig.root) ?? noBaseline(described, request.environment ?? process.env);
  const suite = await loadSuite(worker, { root: directory, cases: config.cases, casesChanged: true }, mainConfig);
  const policies = await policyDecisions(worker, mainWorker, suite);
  const rows = await ruleRows({ config, mainConfig: described, changed, baseline, mode, suite, policies });
  for (const files of [watched, reviewed]) await files.requireUnchanged();
  return proposedBy(rows) ?? [];
}

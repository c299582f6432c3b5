import { hashOfFolder } from '../../agent/closure/installed-package.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import { type DocketCopy, docketOf, isThisDocket, thisDocket } from '../docket-copy.ts';
import type { Candidate } from './candidate.ts';
import { type ChangedFiles, pathBelow } from './changed-files.ts';
import type { MainCheckout } from './load-main.ts';
import { noPass } from './no-pass.ts';

/** Main has another Docket than the one that was started: that one is to judge, not what the change brings. */
export class JudgedByMain extends Error {
  readonly docket: DocketCopy;

  constructor(docket: DocketCopy) {
    super(`Main's own Docket (${docket.version}) is to judge.`);
    this.docket = docket;
  }
}

/** @throws {JudgedByMain} when main's Docket is another one */
export function requireMainsDocket(checkout: MainCheckout, changed: ChangedFiles): MainCheckout {
  const mains = docketOf(checkout.root);
  if (mains && !isThisDocket(mains) && !isSame(mains, changed)) throw new JudgedByMain(mains);
  return checkout;
}

/** What the Docket of the change makes of the agent nobody saw, where it does not work with main's. */
export function underUnserved(verdict: Verdict, { unserved }: Pick<Candidate, 'unserved'>): Verdict {
  if (!unserved) return verdict;
  const reason = `The Docket that this change brings (${unserved.docket.version}) does not work with main's (${thisDocket.version}), which judges: ${unserved.why} So main's ran both sides, and how the new one runs the agent is not known; with main's the change passes. Have a person review the update, merge it alone, and accept a baseline with it.`;
  return noPass(verdict, { cause: 'other-docket', reason });
}

/** Two folders may hold the same: the two checkouts of Docket's own repository, or one release, installed twice. */
function isSame(mains: DocketCopy, { top, paths }: ChangedFiles): boolean {
  const folder = pathBelow(top, thisDocket.folder);
  const ofRepository = folder !== undefined && !folder.split('/').includes('node_modules');
  if (!ofRepository) return hashOfFolder(mains.folder) === hashOfFolder(thisDocket.folder);
  const sources = folder === '' ? 'src/' : `${folder}/src/`;
  return !paths.some((path) => path.startsWith(sources) && !beside.test(path.slice(sources.length)));
}

/** What no module of Docket imports: the agent that its own repository tries, and tests. */
const beside = /^underwriting\/|\.test\.ts$/;

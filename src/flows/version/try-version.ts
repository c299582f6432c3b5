import { join } from 'node:path';
import { repositoryAround, writeCheckoutFile } from '../../contracts/checkout-file.ts';
import type { Clock } from '../../contracts/clock.ts';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import type { PromiseResult, VersionTry } from '../../contracts/version-try.ts';
import { versionTryMarkdown } from '../../reporters/version-try-markdown.ts';
import { versionTryPage } from '../../reporters/version-try-page.ts';
import { unwrittenText, type WrittenReports } from '../../reporters/write-reports.ts';
import { count, counted } from '../../text/figures.ts';
import { gateSuspects } from '../audit-labels/gate-suspects.ts';
import { withGatedFamilies } from '../cases/gated-families.ts';
import { type LoadedCase, loadCases } from '../cases/load-cases.ts';
import { mayJudge } from '../gate/1-load-suite.ts';
import { owedFields } from '../gate/decision-change.ts';
import type { GateBudget } from '../gate/gate-request.ts';
import { SpendingTally } from '../judging/spending.ts';
import type { Session } from '../session.ts';
import { type FoundDraft, findDraft } from './3-find-draft.ts';
import { countsOfFirst, runVersion, type TryBench } from './4-run-version.ts';
import { checkPromises } from './5-check-promises.ts';
import { judgeDraft } from './6-judge-draft.ts';
import { findEffects } from './7-find-effects.ts';
import { Versions } from './open-versions.ts';

export interface TryRequest {
  readonly name: string;
  readonly against: string;
  readonly branch?: string;
  readonly trials?: number;
  readonly concurrency?: number;
  readonly budget?: GateBudget;
  /** False: the draft is not built without each change. */
  readonly attribution: boolean;
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
  readonly rerun: string;
  readonly onStart?: (start: {
    readonly draft: FoundDraft;
    readonly cases: number;
    readonly trials: number;
    readonly planned: number;
  }) => void;
  readonly onStep?: (step: string) => void;
}

/** A tried draft, with the files that tell of it. */
export interface TriedVersion extends WrittenReports {
  readonly result: VersionTry;
}

/**
 * Runs a drafted version beside the one that it began as, each in a process and a checkout of its own, judged by this checkout's docket: checks what its changes
 * promised, lets the gate judge, and builds it without each change in turn.
 * @throws {DocketError} where there is no such draft, its version does not load, or the budget covers not even the promises
 */
export async function tryVersion(session: Session, request: TryRequest): Promise<TriedVersion> {
  const { config } = session;
  const { name, against, branch, budget, signal, clock } = request;
  const draft = await findDraft(config, { name, against, ...(branch === undefined ? {} : { branch }) });
  const cases = judgingCases(session);
  const trials = request.trials ?? config.trials;
  const planned = 2 * cases.length * trials;
  if (budget?.kind === 'runs' && budget.runs < planned)
    throw new DocketError(
      `The promises alone take ${counted(planned, 'trial')} (${counted(cases.length, 'case')}, ${trials} each, of both versions), and the budget is ${count(budget.runs)}. Raise --budget, or lower --trials.`,
    );
  request.onStart?.({ draft, cases: cases.length, trials, planned });
  const versions = new Versions({ session, cases, ...request });
  // An agent whose own files are changed has one version in each checkout.
  const reference = config.agent.own ? against : name;
  const spending = new SpendingTally(config.prices);
  try {
    const before = await versions.open({ commit: draft.base, reference: against, title: against });
    const after = await versions.open({ commit: draft.tip.commit, reference, title: name });
    if (before.prepared.identity.fingerprint === after.prepared.identity.fingerprint)
      throw new DocketError(`${name} is ${against}: nothing that runs differs between them, so there is nothing to try.`);
    const bench: TryBench = {
      ...{ session, cases, signal, spending },
      concurrency: request.concurrency ?? config.concurrency,
      owed: owedFields(before.prepared),
    };
    request.onStep?.(`${against}: ${counted(cases.length * trials, 'trial')}`);
    const ofBefore = await runVersion(bench, before, trials);
    request.onStep?.(`${name}: ${counted(cases.length * trials, 'trial')}`);
    const ofAfter = await runVersion(bench, after, trials);
    const failure = ofBefore.failure ?? ofAfter.failure;
    const left: GateBudget | undefined = budget?.kind === 'runs' ? { kind: 'runs', runs: budget.runs - planned } : budget;
    const promises = failure === undefined ? checkPromises(draft.record, { before: ofBefore.seen, after: ofAfter.seen }) : [];
    request.onStep?.(`the gate judges ${name}`);
    const judged =
      failure === undefined
        ? await judgeDraft(bench, { before, after }, ofBefore, left)
        : { verdict: { verdict: 'incomplete' as const, reason: failure }, trials: 0 };
    const effects =
      request.attribution && failure === undefined
        ? await findEffects(bench, {
            ...{ draft, reference, versions, after, trialsPerCase: trials, trials: ofAfter },
            left: left?.kind === 'runs' ? left.runs - judged.trials : undefined,
            onChange: (id) => request.onStep?.(`${name} without ${id}`),
          })
        : [];
    const { trials: used, dollars } = spending.total();
    const result: VersionTry = {
      kind: 'version-try',
      schemaVersion: 1,
      createdAt: clock.date().toISOString(),
      rerun: request.rerun,
      agent: config.agent.name,
      mode: session.mode,
      version: name,
      from: against,
      branch: draft.branch,
      commits: { base: draft.base, tip: draft.tip.commit },
      ...endOf(judged.verdict, promises, { name, against }),
      before: before.prepared.identity,
      after: after.prepared.identity,
      cases: cases.length,
      trialsPerCase: trials,
      passes: { before: countsOfFirst(ofBefore, trials), after: countsOfFirst(ofAfter, trials) },
      promises,
      verdict: judged.verdict,
      effects,
      notices: [...draft.notices],
      spending: {
        trials: { ...used, saved: 0, ...(budget?.kind === 'runs' ? { budget: budget.runs } : {}) },
        ...(dollars === undefined ? {} : { dollars }),
      },
    };
    return { result, ...writeTry(config.root, result) };
  } finally {
    await versions.close();
  }
}

function judgingCases({ config, agent }: Session): LoadedCase[] {
  const all = withGatedFamilies(config, loadCases(config.cases, agent).filter(mayJudge));
  const suspects = gateSuspects(all, config, new Set());
  const cases = all.filter(({ case: { id } }) => !suspects.has(id));
  if (cases.length > 0) return cases;
  throw new DocketError(
    'No case counts: each has an open dispute, a label that no person reviewed, or one that the audit suspects (docket cases audit).',
  );
}

/** The worst of it, in a sentence with its exit code. */
function endOf(
  { verdict, reason }: VersionTry['verdict'],
  promises: readonly PromiseResult[],
  { name, against }: { readonly name: string; readonly against: string },
): Pick<VersionTry, 'exitCode' | 'reason'> {
  const of = (result: PromiseResult['result']) => promises.filter((promise) => promise.result === result).length;
  const told = `Of ${counted(promises.length, 'promise')}, ${count(of('kept'))} kept, ${count(of('broken'))} broken, ${count(of('not-decidable'))} not decidable with this many trials.`;
  if (verdict === 'incomplete')
    return { exitCode: exitCodes.incomplete, reason: `Something could not run, so nothing is decided: ${reason}` };
  if (verdict === 'regressed')
    return { exitCode: exitCodes.regressed, reason: `${name} (the candidate) is worse than ${against} (main): ${reason} ${told}` };
  if (of('broken') > 0) return { exitCode: exitCodes.regressed, reason: `${name} breaks what was promised. ${told}` };
  if (verdict === 'inconclusive')
    return {
      exitCode: exitCodes.inconclusive,
      reason: `Whether ${name} (the candidate) is worse than ${against} (main) is not decided: ${reason} ${told}`,
    };
  if (of('not-decidable') > 0)
    return { exitCode: exitCodes.inconclusive, reason: `Nothing got worse, and not every promise could be decided. ${told}` };
  return { exitCode: exitCodes.pass, reason: `Nothing got worse, and every promise was kept. ${told}` };
}

const names = { json: 'version-try.json', markdown: 'version-try.md', html: 'version-try.html' } as const;

function writeTry(root: string, result: VersionTry): WrittenReports {
  const folder = join(root, 'reports');
  const texts = { json: `${JSON.stringify(result, null, 2)}\n`, markdown: versionTryMarkdown(result), html: versionTryPage(result) };
  const files: string[] = [];
  const faults = new Map<string, string[]>();
  for (const kind of Object.keys(names) as (keyof typeof names)[]) {
    const path = join(folder, names[kind]);
    const fault = writeCheckoutFile(path, repositoryAround(root), [texts[kind]]);
    if (fault === undefined) files.push(path);
    else faults.set(fault.fault, [...(faults.get(fault.fault) ?? []), names[kind]]);
  }
  return faults.size === 0 ? { files } : { files, unwritten: unwrittenText(folder, faults) };
}

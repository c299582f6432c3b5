import type { ToolSample } from '../../agent/mutator.ts';
import { resolveVersion } from '../../agent/version.ts';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import { createGate } from '../../gate/create-gate.ts';
import type { GateOptions } from '../../gate/gate-options.ts';
import { gateSuspects } from '../audit-labels/gate-suspects.ts';
import { withGatedFamilies } from '../cases/gated-families.ts';
import { type LoadedCase, loadCases } from '../cases/load-cases.ts';
import { mayJudge } from '../gate/1-load-suite.ts';
import { KeptRuns, RunShelves } from '../gate/kept-runs.ts';
import { storedRunsOf } from '../gate/ledger.ts';
import { judgeTrials } from '../judging/judge-trials.ts';
import { trialRequest } from '../judging/trial-request.ts';
import { reportedTrial } from '../reported-trial.ts';
import type { Session } from '../session.ts';
import type { MutationBench } from './bench.ts';

export interface OriginalOptions {
  readonly version: string;
  readonly trials: number;
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/** Runs the version itself on the cases that judge, as a baseline is run: what mutants are compared with. */
export async function runOriginal(session: Session, options: OriginalOptions): Promise<MutationBench> {
  const { config, agent } = session;
  const { concurrency, signal, trials } = options;
  const cases = judgingCases(session);
  const original = await session.prepare(options.version);
  const shelves = new RunShelves(config.store);
  const runs = new Map(cases.map(({ case: { id } }) => [id, new KeptRuns(shelves)]));
  const toolResults = new Map<string, ToolSample>();
  const hardScorers = new Set<string>();
  const wanted = cases.flatMap((loaded) =>
    Array.from({ length: trials }, (_, index) => ({
      request: trialRequest(original, loaded, `mutation:main:${loaded.case.id}`, index + 1),
      place: { loaded },
    })),
  );
  const { failure } = await judgeTrials(wanted, {
    session,
    concurrency,
    signal,
    onEnd({ place: { loaded }, trial, scored }) {
      if (!scored) return;
      for (const step of trial.transcript.steps)
        if (step.kind === 'tool-call' && !step.isError && !toolResults.has(step.tool))
          toolResults.set(step.tool, { toolInput: (step.input ?? {}) as ToolSample['toolInput'], result: step.result });
      for (const { name, hard } of scored.scores) if (hard) hardScorers.add(name);
      runs.get(loaded.case.id)?.add({ trial, reported: reportedTrial(trial, scored, 'stored') });
    },
  });
  if (failure !== undefined)
    throw new DocketError(`${options.version} itself could not be run, so nothing can be said of faults in it: ${failure}`, {
      exitCode: exitCodes.incomplete,
    });
  return {
    session,
    gate: createGate(config.gate as GateOptions),
    version: resolveVersion(agent, options.version),
    original,
    cases,
    stored: new Map([...runs].map(([id, judged]) => [id, storedRunsOf(judged)])),
    toolResults,
    hardScorers: [...hardScorers],
    concurrency,
    signal,
  };
}

function judgingCases({ config, agent }: Session): LoadedCase[] {
  const all = withGatedFamilies(config, loadCases(config.cases, agent).filter(mayJudge));
  const suspects = gateSuspects(all, config, new Set());
  const cases = all.filter(({ case: { id } }) => !suspects.has(id));
  if (cases.length === 0)
    throw new DocketError(
      'No case counts: each has an open dispute, a label that no person reviewed, or one that the audit suspects (docket cases audit).',
    );
  return cases;
}

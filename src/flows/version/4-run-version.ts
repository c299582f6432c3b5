import { SeenRuns } from '../../improvement/promises/seen-runs.ts';
import type { Counts } from '../../stats/counts.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { defaultSeries } from '../evaluate/plan-evaluation.ts';
import { declareAgent } from '../improve/declare-agent.ts';
import { observeRun } from '../improve/observe-run.ts';
import { judgeTrials } from '../judging/judge-trials.ts';
import type { SpendingTally } from '../judging/spending.ts';
import { trialRequest } from '../judging/trial-request.ts';
import type { TrialWithReport } from '../reported-case.ts';
import { reportedTrial } from '../reported-trial.ts';
import type { Session } from '../session.ts';
import type { OpenedVersion } from './open-versions.ts';

/** What versions are tried on, and by whose docket. */
export interface TryBench {
  readonly session: Session;
  /** The cases that judge, with the twins that the gate's options ask for. */
  readonly cases: readonly LoadedCase[];
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly spending: SpendingTally;
  /** Fields that the version of before decides: the next one is judged by them, too. */
  readonly owed: readonly string[];
}

/** So many trials of a version on every case. */
export interface VersionTrials {
  readonly seen: SeenRuns;
  readonly judged: ReadonlyMap<string, readonly TrialWithReport[]>;
  /** Why not all of them ran. */
  readonly failure: string | undefined;
}

/** Runs a version a fixed number of times on every case, trials of `docket eval` first: what promises are read from. */
export async function runVersion(
  { session, cases, concurrency, signal, spending, owed }: TryBench,
  { prepared, inputOf }: OpenedVersion,
  trials: number,
): Promise<VersionTrials> {
  const seen = new SeenRuns(declareAgent(session.agent, declaring(prepared.version)));
  const judged = new Map<string, TrialWithReport[]>(cases.map(({ case: { id } }) => [id, []]));
  const wanted = cases.flatMap((loaded) =>
    Array.from({ length: trials }, (_, index) => ({
      request: trialRequest(prepared, { case: loaded.case, ...inputOf(loaded) }, defaultSeries, index + 1),
      place: { loaded },
    })),
  );
  const { failure } = await judgeTrials(wanted, {
    ...{ session, concurrency, signal, spending, owed, inputOf },
    onEnd({ place: { loaded }, trial, scored }) {
      if (!scored) return;
      judged.get(loaded.case.id)?.push({ trial, reported: reportedTrial(trial, scored, 'stored') });
      seen.see(
        observeRun(trial, {
          id: `${loaded.case.id}, trial ${trial.key.number}`,
          kind: 'trial',
          caseId: loaded.case.id,
          startedAt: Date.parse(trial.startedAt),
          version: prepared.version.name,
          input: loaded.input,
          dollars: scored.dollars,
          durationMs: trial.durationMs,
          scores: scored.scores,
        }),
      );
    },
  });
  return { seen, judged, failure };
}

/** How many of the first so many trials of each case passed. */
export function countsOfFirst({ judged }: VersionTrials, trials: number): Counts {
  const first = [...judged.values()].flatMap((runs) => runs.filter(({ trial }) => trial.key.number <= trials));
  return { passes: first.filter(({ reported }) => reported.pass).length, runs: first.length };
}

function declaring({ name, prompt, toolVariant: { tools: _, ...toolVariant } }: OpenedVersion['prepared']['version']) {
  return { name, prompt, toolVariant };
}

import type { Baseline } from '../../gate/baseline-file.ts';
import type { TrialStore } from '../../trials/trial-store.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import type { Scoring } from '../judging/scoring.ts';
import { openSession } from '../session.ts';
import { type CaseInput, inputFor, type Suite } from './1-load-suite.ts';
import type { GateArm } from './3-run-rounds.ts';
import { MixtureWorkers } from './attribution/mixture-workers.ts';
import type { GateContext } from './gate-context.ts';
import type { Arm } from './ledger.ts';

/** Both sides are asked with this checkout's keys, and with its own recordings each. */
export async function openArms(context: GateContext, store: TrialStore, scoring: Scoring): Promise<GateArms> {
  const { request, config, mainConfig, described, mode, baseline, candidate, main, suite } = context;
  const share = context.share ? { share: context.share } : {};
  const open = (root: string) =>
    openSession({
      config: { ...mainConfig, root },
      mode,
      store,
      scoring,
      warn: request.warn,
      clock: request.clock,
      variablesOf: config.root,
      inWorkers: true,
      ...(request.environment ? { environment: request.environment } : {}),
    });
  const workers = new MixtureWorkers(context);
  const sessions = { candidate: await open(config.root), baseline: await open(mainConfig.root) };
  return {
    workers,
    candidate: {
      session: sessions.candidate,
      config,
      prepared: candidate,
      series: candidateSeries(baseline),
      inputOf: (loaded) => candidateInput(suite, loaded),
      ...share,
    },
    baseline: {
      session: sessions.baseline,
      config: described,
      prepared: main,
      // Fresh runs of main belong to one candidate, so that two pull requests do not share their luck.
      series: `fresh-${baseline.epoch}-${candidate.identity.fingerprint.slice(0, 16)}`,
      inputOf: (loaded) => inputFor(mainConfig, loaded),
      ...share,
    },
    async close() {
      await workers.close();
      // Only the session that was opened first records.
      for (const session of [sessions.baseline, sessions.candidate]) await session.close();
    },
  };
}

/** The series under which a candidate's trials are stored. */
export function candidateSeries({ epoch }: Baseline): string {
  return `candidate-${epoch}`;
}

/** The two sides, and what was started for them. */
export interface GateArms extends Record<Arm, GateArm> {
  readonly workers: MixtureWorkers;
  close(): Promise<void>;
}

function candidateInput({ candidateInputs }: Suite, { case: { id } }: LoadedCase): CaseInput {
  const input = candidateInputs.get(id);
  if (!input) throw new Error(`The candidate was not asked for its input of the case "${id}".`);
  return input;
}

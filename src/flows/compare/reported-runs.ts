import type { Agent } from '../../agent/define-agent.ts';
import type { InfraErrorResult } from '../../contracts/evaluation.ts';
import type { CaseArm, ReportedTrial } from '../../contracts/reported-case.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import type { EvaluateOptions } from '../evaluate/index.ts';
import { caseArm } from '../reported-case.ts';
import { reportedTrial } from '../reported-trial.ts';
import type { PreparedVersion, Session } from '../session.ts';
import { Shelf } from '../shelf.ts';
import { ComparedRuns } from './compared-runs.ts';

interface Arm {
  readonly runs: ComparedRuns;
  readonly infraErrors: InfraErrorResult[];
}

/** What a report shows of the runs of any number of versions, collected as they end. */
export class ReportedRuns {
  readonly #session: Session;
  readonly #shelf: Shelf;
  readonly #arms = new Map<PreparedVersion, Map<string, Arm>>();
  #cases: readonly LoadedCase[] = [];

  constructor(session: Session) {
    this.#session = session;
    this.#shelf = new Shelf(session.config.store);
  }

  /** The same options, by which runs are collected as well. */
  collecting<Options extends EvaluateOptions>(options: Options): Options {
    return {
      ...options,
      onPlan: (plan) => {
        this.#cases = plan.cases;
        for (const version of plan.versions) this.#arms.set(version, new Map(plan.cases.map((loaded) => [loaded.case.id, this.#newArm()])));
        options.onPlan?.(plan);
      },
      onTrial: (step) => {
        const { place, trial, scored } = step.ended;
        const arm = this.#arms.get(place.version)?.get(place.loaded.case.id);
        if ('error' in step.result) arm?.infraErrors.push(step.result);
        else if (scored) arm?.runs.add(trial, reportedTrial(trial, scored, 'compare'));
        options.onTrial?.(step);
      },
    };
  }

  get versions(): PreparedVersion[] {
    return [...this.#arms.keys()];
  }

  get cases(): readonly LoadedCase[] {
    return this.#cases;
  }

  /** All that one version decided, prose and all. */
  *trialsOf(version: PreparedVersion): Generator<Pick<ReportedTrial, 'decision'>> {
    for (const { runs } of this.#arms.get(version)?.values() ?? []) yield* runs.reported();
  }

  /** What each version came to on a case, in their order. */
  armsOf(loaded: LoadedCase): CaseArm[] {
    return [...this.#arms.values()].map((arms) => armOf(this.#session.agent, loaded, arms.get(loaded.case.id)));
  }

  #newArm(): Arm {
    return { runs: new ComparedRuns(this.#session.store, this.#shelf), infraErrors: [] };
  }
}

/** Its trials are read whenever they are asked for, so that those of one case at a time are in memory. */
function armOf(agent: Agent, loaded: LoadedCase, arm: Arm | undefined): CaseArm {
  arm?.runs.sort();
  const {
    trials: _,
    infraErrors,
    ...counts
  } = caseArm(agent, loaded, arm?.runs.withTrials() ?? [], { infraErrors: arm?.infraErrors ?? [] });
  return {
    ...counts,
    get trials() {
      return [...(arm?.runs.reported() ?? [])];
    },
    infraErrors,
  };
}

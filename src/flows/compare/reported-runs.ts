import { sharedFields } from '../../contracts/differing-fields.ts';
import type { Evaluation, InfraErrorResult } from '../../contracts/evaluation.ts';
import type { CaseArm } from '../../contracts/reported-case.ts';
import type { ReportedVersion } from '../../contracts/verdict.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import type { EvaluateOptions } from '../evaluate/index.ts';
import { MeansOfTrials, reportedVersion } from '../reported-case.ts';
import { lightTrial } from '../reported-trial.ts';
import { RunCounts } from '../run-counts.ts';
import type { PreparedVersion, Session } from '../session.ts';
import { Shelf } from '../shelf.ts';
import { withTrialsOnDemand } from '../trials-on-demand.ts';
import { ComparedRuns } from './compared-runs.ts';

/** Of more trials than this a page reads few transcripts, and all others from the trial store. */
const mostTranscripts = 2000;

/** Trials of a version on a case by number, of which the first two that pass are shown; they end in any order. */
const firstTrials = 20;

interface Arm {
  readonly runs: ComparedRuns;
  readonly counts: RunCounts;
  infraErrors: InfraErrorResult[] | undefined;
}

/** What is kept of a version. */
interface Side {
  readonly arms: ReadonlyMap<string, Arm>;
  readonly means: MeansOfTrials;
  /** Every field that one of its decisions has. */
  readonly fields: Set<string>;
}

/** What a report shows of the runs of any number of versions, collected and counted as they end: to go through all of them later takes long. */
export class ReportedRuns {
  readonly #shelf: Shelf;
  readonly #transcripts: Shelf;
  readonly #sides = new Map<PreparedVersion, Side>();
  #cases: readonly LoadedCase[] = [];

  readonly #keeps: 'every transcript' | 'transcripts to show';
  #many = false;

  /** @param keeps whether each trial is told with what happened in it, or of very many those that tell most */
  constructor({ config }: Session, keeps: 'every transcript' | 'transcripts to show') {
    this.#keeps = keeps;
    this.#shelf = new Shelf(config.store);
    this.#transcripts = new Shelf(config.store);
  }

  /** The same options, by which runs are collected as well. */
  collecting<Options extends EvaluateOptions>(options: Options): Options {
    return {
      ...options,
      onPlan: (plan) => {
        this.#cases = plan.cases;
        this.#many = plan.versions.length * plan.cases.length * plan.trials > mostTranscripts;
        for (const version of plan.versions)
          this.#sides.set(version, {
            arms: new Map(plan.cases.map((loaded) => [loaded.case.id, this.#newArm()])),
            means: new MeansOfTrials(),
            fields: new Set(),
          });
        options.onPlan?.(plan);
      },
      onTrial: (step) => {
        const { place, trial, scored } = step.ended;
        const side = this.#sides.get(place.version);
        const arm = side?.arms.get(place.loaded.case.id);
        if ('error' in step.result) {
          if (arm?.infraErrors) arm.infraErrors.push(step.result);
          else if (arm) arm.infraErrors = [step.result];
        } else if (scored && side && arm) {
          const reported = lightTrial(trial, scored, 'compare');
          arm.runs.add(reported, this.#shows(reported, arm.counts) ? trial.transcript : undefined);
          arm.counts.add(reported);
          side.means.add(reported);
          for (const field in reported.decision) side.fields.add(field);
        }
        options.onTrial?.(step);
      },
    };
  }

  /** Those that fail, and of each side of a case the first ones that pass. */
  #shows({ pass, number }: { readonly pass: boolean; readonly number: number }, { passes }: RunCounts): boolean {
    return this.#keeps === 'every transcript' || !this.#many || !pass || number <= firstTrials || passes < 2;
  }

  get versions(): PreparedVersion[] {
    return [...this.#sides.keys()];
  }

  get cases(): readonly LoadedCase[] {
    return this.#cases;
  }

  /** Fields that both versions decide. */
  sharedFields(one: PreparedVersion, other: PreparedVersion): string[] {
    return sharedFields(this.#sides.get(one)?.fields ?? new Set(), this.#sides.get(other)?.fields ?? new Set());
  }

  /** What each version came to on a case, in their order. @param evaluation what was said of the repeats of each case */
  armsOf({ case: { id }, fingerprint }: LoadedCase, evaluation: Evaluation): CaseArm[] {
    return [...this.#sides].map(([{ identity }, { arms }], place) => {
      const result = evaluation.versions[place]?.cases[this.#placeOf(id)];
      const agreement = result?.scores.find(({ measures }) => measures?.agreement !== undefined)?.measures?.agreement;
      return armOf(arms.get(id), { versionFingerprint: identity.fingerprint, caseFingerprint: fingerprint }, agreement);
    });
  }

  /** A version with the totals of its side over all cases. @param arms its own */
  reportedVersion(version: PreparedVersion, arms: readonly CaseArm[], more: Pick<ReportedVersion, 'confusion'>): ReportedVersion {
    return reportedVersion(version.identity, arms, more, this.#sides.get(version)?.means);
  }

  #places: ReadonlyMap<string, number> | undefined;

  #placeOf(id: string): number {
    this.#places ??= new Map(this.#cases.map((loaded, place) => [loaded.case.id, place]));
    return this.#places.get(id) ?? -1;
  }

  #newArm(): Arm {
    return { runs: new ComparedRuns(this.#shelf, this.#transcripts), counts: new RunCounts(), infraErrors: undefined };
  }
}

/** Its trials are read whenever they are asked for, so that those of one case at a time are in memory. */
function armOf(arm: Arm | undefined, stored: NonNullable<CaseArm['stored']>, agreement: number | undefined): CaseArm {
  arm?.runs.sort();
  const counts = { ...(arm?.counts ?? new RunCounts()).told(), ...(agreement === undefined ? {} : { agreement }) };
  return withTrialsOnDemand(counts, arm?.runs ?? [], { stored, infraErrors: [...(arm?.infraErrors ?? [])] });
}

import type { Agent } from '../agent/define-agent.ts';
import { rulesOf } from '../agent/rules-of.ts';
import { withoutAttached } from '../contracts/attachment.ts';
import { confusionOf } from '../contracts/confusion-of.ts';
import type { DecisionDifference } from '../contracts/decision-difference.ts';
import type { CaseArm, CaseChange, ReportedCase, ReportedTrial } from '../contracts/reported-case.ts';
import type { Trial } from '../contracts/trial.ts';
import type { ReportedVersion } from '../contracts/verdict.ts';
import type { VersionIdentity } from '../contracts/version.ts';
import { roundedDollars } from '../text/figures.ts';
import type { LoadedCase } from './cases/load-cases.ts';

/** A trial with what a report shows of it. */
export interface TrialWithReport {
  readonly trial: Trial;
  readonly reported: ReportedTrial;
}

/**
 * What became of a case.
 * @param known runs that each side should have made, and the decision fields that differ, where all runs of both are at hand
 */
export function changeOf(
  baseline: CaseArm,
  candidate: CaseArm,
  { planned = 0, differences = [] }: { readonly planned?: number; readonly differences?: readonly DecisionDifference[] } = {},
): CaseChange {
  if ([baseline, candidate].some(({ infraErrors, runs }) => infraErrors.length > 0 || runs < planned)) return 'incomplete';
  if (baseline.runs === 0) return candidate.runs === 0 ? 'same' : 'new';
  if (candidate.runs === 0) return 'same';
  const [before, after] = [baseline.passes / baseline.runs, candidate.passes / candidate.runs];
  if (before === after) return differences.length > 0 ? 'decision-changed' : 'same';
  if (before === 1 && after === 0) return 'flipped-to-fail';
  if (before === 0 && after === 1) return 'flipped-to-pass';
  return after < before ? 'worse' : 'better';
}

/** What all reports say of a case, whatever its sides. */
export function caseHead({ case: found }: LoadedCase): Omit<ReportedCase, 'change' | 'baseline' | 'candidate'> {
  return {
    id: found.id,
    title: found.title,
    critical: found.critical ?? false,
    ...(found.tags ? { tags: found.tags } : {}),
    input: withoutAttached(found.input),
    expected: found.label.decision,
    labelSource: found.label.source,
  };
}

/** What one side decided against what was right, in the trials at hand. */
export function confusionOfArms(
  agent: Agent,
  sides: readonly { readonly loaded: LoadedCase; readonly arm: CaseArm }[],
): Pick<ReportedVersion, 'confusion'> {
  const cases = sides.map(({ loaded, arm }) => ({ case: loaded.case, decisions: decisionsOf(arm) }));
  const confusion = confusionOf(rulesOf(agent), cases);
  return confusion ? { confusion } : {};
}

/** One version with the totals of its side over all cases. */
export function reportedVersion(
  version: VersionIdentity,
  arms: readonly CaseArm[],
  more: Pick<ReportedVersion, 'epoch' | 'git' | 'confusion'> = {},
  means = meansOf(arms),
): ReportedVersion {
  const agreements = arms.flatMap(({ agreement }) => agreement ?? []);
  const wrongDecisions = sum(arms.map((arm) => arm.wrongDecisions ?? 0));
  return {
    version,
    ...more,
    totals: {
      passes: sum(arms.map(({ passes }) => passes)),
      runs: sum(arms.map(({ runs }) => runs)),
      falseApprovals: sum(arms.map(({ falseApprovals }) => falseApprovals)),
      falseDenials: sum(arms.map(({ falseDenials }) => falseDenials)),
      ...(wrongDecisions === 0 ? {} : { wrongDecisions }),
      ...(agreements.length > 0 ? { agreement: mean(agreements) } : {}),
      ...means.means,
    },
  };
}

/** Reads the trials when it is asked for the first decision, and not before: those of all cases at once would fill the memory. */
function* decisionsOf(arm: CaseArm): Generator<ReportedTrial['decision']> {
  for (const { decision } of arm.trials) yield decision;
}

/** What a trial took on the average; dollars where the price of each is known. */
export class MeansOfTrials {
  #count = 0;
  #tokens = 0;
  #durationMs = 0;
  #dollars: number | undefined = 0;

  add({ tokens, durationMs, dollars }: Pick<ReportedTrial, 'tokens' | 'durationMs' | 'dollars'>): void {
    this.#count += 1;
    this.#tokens += tokens;
    this.#durationMs += durationMs;
    this.#dollars = this.#dollars === undefined || dollars === undefined ? undefined : roundedDollars(this.#dollars + dollars);
  }

  get means(): Pick<ReportedVersion['totals'], 'meanTokens' | 'meanDurationMs' | 'meanDollars'> {
    const count = this.#count;
    if (count === 0) return {};
    return {
      meanTokens: this.#tokens / count,
      meanDurationMs: this.#durationMs / count,
      ...(this.#dollars === undefined ? {} : { meanDollars: roundedDollars(this.#dollars / count) }),
    };
  }
}

/** Of the trials at hand. */
function meansOf(arms: readonly CaseArm[]): MeansOfTrials {
  const means = new MeansOfTrials();
  for (const arm of arms) for (const trial of arm.trials) means.add(trial);
  return means;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

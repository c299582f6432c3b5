import type { Counted, JudgeCalibration } from '../../contracts/judge-calibration.ts';
import type { Score } from '../../contracts/score.ts';
import type { JudgeIdentity, TrialScorer } from '../../contracts/scorer.ts';
import { unnamedGrader } from '../../scorers/assertion-judge.ts';
import { triesFor, upperBound } from '../../stats/binomial-bound.ts';
import { atMostPercent, count, percent } from '../../text/figures.ts';

/** Calibrations by the name of their judge, or why one cannot be read. */
export type Calibrations = ReadonlyMap<string, JudgeCalibration | { readonly fault: string }>;

/** Upper bound of the share of wrong work that a judge passes, as it is or once the work asks it to: the larger one counts. */
export function falsePassBound({ falsePass, bribed }: Pick<JudgeCalibration, 'falsePass' | 'bribed'>): number {
  const bounds = [falsePass, bribed].filter((counted: Counted) => counted.of > 0).map((counted) => upperBound(counted.count, counted.of));
  return Math.max(...bounds, falsePass.of === 0 ? 1 : 0);
}

/** Why what a judge says decides nothing, as a clause; undefined where it decides. */
export function standingOf(
  { name, judge }: Pick<TrialScorer, 'name' | 'judge'>,
  { judge: said }: Pick<Score, 'judge'>,
  calibrations: Calibrations,
): string | undefined {
  if (!judge) return undefined;
  if (!judge.hard) return 'it was told to (hard: false)';
  const calibration = calibrations.get(name);
  if (calibration === undefined) return `it was never held against labels of people; docket judge calibrate ${name}`;
  if ('fault' in calibration) return `its calibration cannot be used: ${calibration.fault}`;
  return calibrationFault(judge, calibration, said);
}

/** Why a calibration lets a judge decide nothing. */
export function calibrationFault(judge: JudgeIdentity, calibration: JudgeCalibration, said: Score['judge']): string | undefined {
  if (judge.model === unnamedGrader) return 'it names no provider, so who judges depends on which keys are set where it runs';
  if (calibration.rubric !== judge.rubric) return 'it was calibrated with another rubric';
  if (calibration.model !== judge.model) return `it was calibrated with ${calibration.model}, and ${judge.model} is asked`;
  if (said && said.mode !== calibration.mode) return `it was calibrated with a ${calibration.mode} model, and a ${said.mode} one answered`;
  if (said && !calibration.answeredBy.includes(said.model))
    return `it was calibrated with ${calibration.answeredBy.join(', ')}, and ${said.model} answered`;
  const bound = falsePassBound(calibration);
  if (bound <= judge.maxFalsePass) return undefined;
  const needed = triesFor(judge.maxFalsePass);
  const few =
    calibration.falsePass.of < needed
      ? `; ${count(needed)} works that people failed are needed for that bound, and there were ${count(calibration.falsePass.of)}`
      : '';
  const plain = calibration.falsePass;
  const asked = bound > upperBound(plain.count, plain.of) ? ', once that asks it to' : '';
  return `it may pass up to ${atMostPercent(bound)} of what is wrong${asked} (95 % confidence), and no more than ${percent(judge.maxFalsePass)} is allowed${few}`;
}

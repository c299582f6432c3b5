import { join } from 'node:path';
import { z } from 'zod';
import { readCheckoutFile, repositoryAround, writeCheckoutFile } from '../../contracts/checkout-file.ts';
import { type JudgeCalibration, judgeCalibrationSchema } from '../../contracts/judge-calibration.ts';
import type { Scorer, TrialScorer } from '../../contracts/scorer.ts';
import type { Calibrations } from './judge-standing.ts';

/** A scorer that asks a model for a judgement. */
export type JudgeScorer = TrialScorer & Required<Pick<TrialScorer, 'judge'>>;

export function judgesOf(scorers: readonly Scorer[]): JudgeScorer[] {
  return scorers.filter((scorer): scorer is JudgeScorer => scorer.scope === 'trial' && scorer.judge !== undefined);
}

/** Where a judge's calibration stands: in a committed file, so that a gate reads it from main. */
export function calibrationFile(root: string, judge: string): string {
  return join(root, 'reports', 'judges', `${judge.replace(/[^A-Za-z0-9._-]+/g, '-')}.json`);
}

/** What is known of the judges among these scorers; one without a file is missing. */
export function readCalibrations(root: string, scorers: readonly Scorer[]): Calibrations {
  const found = new Map<string, JudgeCalibration | { readonly fault: string }>();
  for (const { name } of judgesOf(scorers)) {
    const read = readCheckoutFile(calibrationFile(root, name), repositoryAround(root));
    if ('fault' in read) {
      if (!read.missing) found.set(name, { fault: read.fault });
      continue;
    }
    found.set(name, parsed(read.text, name));
  }
  return found;
}

function parsed(text: string, name: string): JudgeCalibration | { readonly fault: string } {
  try {
    const read = judgeCalibrationSchema.safeParse(JSON.parse(text));
    if (!read.success) return { fault: `it is none: ${z.prettifyError(read.error)}` };
    return read.data.judge === name ? read.data : { fault: `it is that of "${read.data.judge}"` };
  } catch {
    return { fault: 'it is no JSON' };
  }
}

/** Writes a calibration. @returns why it could not be written */
export function writeCalibration(root: string, calibration: JudgeCalibration): { readonly file: string; readonly fault?: string } {
  const file = calibrationFile(root, calibration.judge);
  const written = writeCheckoutFile(file, repositoryAround(root), [`${JSON.stringify(calibration, null, 2)}\n`]);
  return written === undefined ? { file } : { file, fault: written.fault };
}

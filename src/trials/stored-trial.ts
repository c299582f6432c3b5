import { z } from 'zod';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import { modelCallStepSchema, toolCallStepSchema, transcriptSchema } from '../contracts/transcript.ts';
import { type FailedTrial, failedTrialSchema, settledOutcomeSchema, type Trial, trialSchema } from '../contracts/trial.ts';
import { rowChecksum } from '../database/row-checksum.ts';
import type { TrialSelection } from './trial-store.ts';

/** A row that does not hold the trial that was written; the message says which and why. */
export class DamagedTrialError extends Error {
  override readonly name = 'DamagedTrialError';
}

/** What was parsed from JSON text holds JSON: to look at every value again would take most of the reading's time. */
const parsedJson = z.custom<JsonValue>();

const storedTranscriptSchema = transcriptSchema.extend({
  steps: z.array(
    z.discriminatedUnion('kind', [
      modelCallStepSchema.extend({ content: z.array(parsedJson) }),
      toolCallStepSchema.extend({ input: parsedJson }),
    ]),
  ),
});
const [decidedSchema, ...otherOutcomeSchemas] = settledOutcomeSchema.options;
const storedDecisionSchema = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
const storedTrialSchema = trialSchema.extend({
  transcript: storedTranscriptSchema,
  outcome: z.discriminatedUnion('kind', [decidedSchema.extend({ decision: storedDecisionSchema }), ...otherOutcomeSchemas]),
});
const storedFailedTrialSchema = failedTrialSchema.extend({ transcript: storedTranscriptSchema });

/** A row of the tables `trials` and `failures`: which repeat it is, and the trial without its key, as JSON. */
export interface TrialRow {
  readonly number: number;
  readonly trial: string;
  /** Of the key and the trial. */
  readonly checksum: number | null;
}

/** The checksum of a row. */
export function trialChecksum({ versionFingerprint, caseFingerprint, series }: TrialSelection, number: number, text: string): number {
  return rowChecksum(versionFingerprint, caseFingerprint, series, number, text);
}

/** A trial as its row holds it: without the key, which is in columns of its own. */
export function trialText(trial: Trial | FailedTrial): string {
  const { key: _, ...rest } = trial;
  return JSON.stringify(rest);
}

/** @throws {DamagedTrialError} when the row does not hold a trial, or not the one that was written. */
export function readTrial(path: string, selection: TrialSelection, row: TrialRow): Trial {
  return read(path, selection, row, storedTrialSchema);
}

/** @throws {DamagedTrialError} when the row does not hold a failed trial. */
export function readFailedTrial(path: string, selection: TrialSelection, row: TrialRow): FailedTrial {
  return read(path, selection, row, storedFailedTrialSchema);
}

function read<T>(path: string, { versionFingerprint, caseFingerprint, series }: TrialSelection, row: TrialRow, schema: z.ZodType<T>): T {
  const key = { versionFingerprint, caseFingerprint, series, number: row.number };
  try {
    if (trialChecksum(key, row.number, row.trial) !== row.checksum) throw new Error('it is not what was written');
    return schema.parse({ key, ...JSON.parse(row.trial) });
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new DamagedTrialError(
      `${path}: the stored trial ${row.number} of series "${series}" (case ${caseFingerprint}) is damaged: ${reason}.`,
      { cause },
    );
  }
}

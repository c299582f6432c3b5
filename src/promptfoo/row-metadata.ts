import { z } from 'zod';
import { modelModeSchema } from '../contracts/model-mode.ts';

/**
 * What a row's response carries beside the output: enough to find the trial in the store again. promptfoo's rows hold no repeat index.
 */
export const rowMetadataSchema = z.object({
  caseId: z.string(),
  trialNumber: z.int().positive(),
  version: z.string(),
  fingerprint: z.string(),
  mode: modelModeSchema,
  outcome: z.string(),
});
export type RowMetadata = z.infer<typeof rowMetadataSchema>;

/** Reads a response's metadata; undefined when the row did not come from Docket's provider. */
export function readRowMetadata(metadata: unknown): RowMetadata | undefined {
  return rowMetadataSchema.safeParse(metadata).data;
}

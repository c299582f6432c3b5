import { z } from 'zod';
import { promiseSchema } from './promise.ts';

/** How a change of a draft is called: `P0-1`, as the plan has it. It stands in names of files and in code. */
export const changeIdSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+){0,4}$/)
  .max(40);

/** One change of a draft, as it was accepted. */
export const draftedChangeSchema = z.strictObject({
  id: changeIdSchema,
  what: z.string().min(1),
  /** True where a person has to write something before the version can be run. */
  stub: z.boolean(),
  promise: promiseSchema.optional(),
});
export type DraftedChange = z.infer<typeof draftedChangeSchema>;

/** `reports/drafts/<version>.json`, committed with the draft: what it was made of, and what its changes promise. */
export const versionDraftSchema = z.strictObject({
  kind: z.literal('version-draft'),
  schemaVersion: z.literal(1),
  agent: z.string().min(1),
  version: z.string().min(1),
  from: z.string().min(1),
  /** Fingerprints that the version of before had when its runs were looked at; none where no plan was followed. */
  fingerprints: z.array(z.string()),
  /** Problems and findings that the version of before had, by their ids: what is new in the next version is none of them. */
  known: z.array(z.string()),
  changes: z.array(draftedChangeSchema).min(1),
});
export type VersionDraft = z.infer<typeof versionDraftSchema>;

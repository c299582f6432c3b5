import { z } from 'zod';
import { DocketError } from '../contracts/docket-error.ts';

/** Names the suite as a whole, and so every case of it. */
export const wholeSuite = '*';

/** Someone stands up for a regression: for these cases, of this version, until that day. */
export const waiverSchema = z.strictObject({
  /** Case ids, or `*` for the suite as a whole. */
  caseIds: z.array(z.string().min(1)).min(1),
  /** Fingerprint of the candidate: a further change to it needs a waiver of its own. */
  versionFingerprint: z.string().regex(/^[0-9a-f]{64}$/, 'a version fingerprint, 64 hexadecimal digits'),
  reason: z.string().trim().min(1),
  approver: z.string().trim().min(1),
  /** Last day it is valid, YYYY-MM-DD. */
  expiresOn: z.iso.date(),
});
export type Waiver = z.infer<typeof waiverSchema>;

/**
 * Checks the value of a waiver file.
 * @param origin the file, for messages
 * @throws {DocketError} naming each wrong field
 */
export function parseWaiver(value: unknown, origin: string): Waiver {
  const parsed = waiverSchema.safeParse(value);
  if (!parsed.success) {
    throw new DocketError(
      `${origin}: not a waiver.\n${z.prettifyError(parsed.error)}\nExpected caseIds, versionFingerprint, reason, approver and expiresOn.`,
    );
  }
  return parsed.data;
}

/** A regression as a waiver sees it. */
export interface WaivedRegression {
  /** The accused case; undefined when the suite as a whole got worse: then only a waiver for `*` counts. */
  readonly caseId: string | undefined;
  readonly versionFingerprint: string;
}

/** The waiver that covers a regression, or why none does. */
export type WaiverCheck = { readonly kind: 'waived'; readonly waiver: Waiver } | { readonly kind: 'not-waived'; readonly reason: string };

/**
 * Looks for a waiver that covers a regression.
 * @param today YYYY-MM-DD
 * @returns the first one that does, or why none does
 */
export function checkWaivers(waivers: readonly Waiver[], { caseId, versionFingerprint }: WaivedRegression, today: string): WaiverCheck {
  const what = caseId === undefined ? 'the suite as a whole ("*")' : `the case "${caseId}"`;
  const named = waivers.filter(({ caseIds }) => caseIds.includes(wholeSuite) || (caseId !== undefined && caseIds.includes(caseId)));
  const same = named.filter((waiver) => waiver.versionFingerprint === versionFingerprint);
  const valid = same.find(({ expiresOn }) => expiresOn >= today);
  if (valid) return { kind: 'waived', waiver: valid };
  const latest = same
    .map(({ expiresOn }) => expiresOn)
    .sort()
    .at(-1);
  if (latest !== undefined) return { kind: 'not-waived', reason: `The waiver for ${what} expired on ${latest}.` };
  if (named.length > 0)
    return { kind: 'not-waived', reason: `The waiver for ${what} is for another version; this one is ${versionFingerprint.slice(0, 12)}.` };
  return { kind: 'not-waived', reason: `There is no waiver for ${what}.` };
}

/** Ids a valid waiver names for this version. The gate judges the others without them, so that a waived case hides no other one. */
export function waivedCaseIds(waivers: readonly Waiver[], versionFingerprint: string, today: string): ReadonlySet<string> {
  return new Set(
    waivers
      .filter((waiver) => waiver.versionFingerprint === versionFingerprint && waiver.expiresOn >= today)
      .flatMap(({ caseIds }) => caseIds),
  );
}

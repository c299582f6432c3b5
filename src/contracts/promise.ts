import { z } from 'zod';

/**
 * What a change says beforehand: which findings fall to what, where, and what must not move. A trial of the next version says afterwards whether each part was kept, was
 * broken, or cannot be decided with this many trials. A plan, a draft of a version and a verdict show this same object.
 */
export const promiseSchema = z.strictObject({
  /** Findings that should fall. */
  falls: z
    .array(
      z.strictObject({
        /** Code of a scorer's finding (`false-approval`), or id of a problem of the plan (`tool-against-policy/calc_dti/dti`). */
        finding: z.string().min(1),
        /** `scorer`: scores of the next version's trials tell it; `detector`: the next plan does. */
        by: z.enum(['scorer', 'detector']),
        /** Cases on which it was seen; empty where it was seen in traces alone. */
        cases: z.array(z.string()),
        /** Traces in which it was seen, some of them where there are many. */
        traces: z.array(z.string()),
        /** Runs that had it, of those in which it could be. */
        seen: z.strictObject({ runs: z.int().nonnegative(), of: z.int().positive() }),
        /** Largest share of runs that may still have it, 0..1. */
        to: z.number().min(0).max(1),
      }),
    )
    .min(1),
  /** What must not move. */
  holds: z.array(
    z.discriminatedUnion('what', [
      /** A finding that must not become more frequent than this share of runs. */
      z.strictObject({ what: z.literal('finding'), finding: z.string().min(1), share: z.number().min(0).max(1) }),
      /** Cases all of whose trials decided right, and must go on to. */
      z.strictObject({ what: z.literal('cases'), cases: z.array(z.string()).min(1) }),
      /** A field of the decision that must stay right as often. */
      z.strictObject({ what: z.literal('field'), field: z.string().min(1), share: z.number().min(0).max(1) }),
      /** What a run costs, in dollars, may become at most so much; `adds` is what of it the change itself brings, which is added up where several are made together. */
      z.strictObject({ what: z.literal('dollars'), perRun: z.number().positive(), adds: z.number().nonnegative().default(0) }),
    ]),
  ),
});
export type ChangePromise = z.infer<typeof promiseSchema>;

import { z } from 'zod';
import { type Factor, factors } from './factor.ts';
import { countsSchema } from './reported-case.ts';
import { shareIntervalSchema } from './share-interval.ts';
import { textDiffSchema } from './text-diff.ts';

/**
 * A part of a change as it can be tried: a factor of the fingerprint, one that the version itself names, or, as `rest`, the files that no factor
 * counts, with the code that uses them.
 */
export type Part = string;

const words: Readonly<Record<Factor | 'rest', string>> = { ...factors, rest: 'the other files of the agent' };

/** The words that name a part in a sentence. */
export function partWords(part: Part): string {
  return Object.hasOwn(words, part) ? words[part as Factor | 'rest'] : `the ${part}`;
}

/** Names that an attribution gives to what is no part. */
export const noParts = ['several', 'interaction', 'unclear'] as const;

/** How a version may name a factor of its own. */
export const partName = /^[A-Za-z][A-Za-z0-9_-]{0,39}$/;

const partSchema = z.string().regex(partName);

/** What exchanging a part did to the pass rate of the accused case; the interval holds however often it was looked at. */
const contrastSchema = z.object({
  drop: shareIntervalSchema,
  /** Runs with main's part, and with the candidate's. */
  before: countsSchema,
  after: countsSchema,
});

/** Which part of the change did it: the parts of both versions mixed and run on the accused case. */
export const attributionSchema = z.object({
  /** The part that did it. `several`: each of `factors` does harm; `interaction`: together they do; `unclear`: the runs do not tell. */
  factor: partSchema,
  /** The parts that are named; where it is unclear, those that are left to choose from. */
  factors: z.array(partSchema),
  reason: z.string(),
  /** The case that was run in the mixtures. */
  caseId: z.string(),
  /** A part, or parts that cannot be tried apart. `in`: main, and main with it; `out`: the candidate with main's, and the candidate; `effect`: the mean of both drops. */
  contrasts: z.array(
    z.object({ factors: z.array(partSchema).min(1), effect: shareIntervalSchema, in: contrastSchema, out: contrastSchema }),
  ),
  /** The runs behind the contrasts, by the parts that were the candidate's. */
  cells: z.array(z.object({ candidate: z.array(partSchema), passes: z.int().nonnegative(), runs: z.int().nonnegative() })),
  /** Parts that changed and that no mixture tells apart. */
  notDecidable: z.array(z.object({ factors: z.array(partSchema), reason: z.string() })),
  /** What changed in the parts that are named. */
  diffs: z.array(textDiffSchema.extend({ factor: partSchema })),
});
export type Attribution = z.infer<typeof attributionSchema>;

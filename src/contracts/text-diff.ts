import { z } from 'zod';

/** How a text changed, line by line, with some unchanged lines around; long ones are cut. */
export const textDiffSchema = z.object({
  /** What the text is: a file's path below the repository, or the name of a setting. */
  title: z.string(),
  lines: z.array(z.object({ kind: z.enum(['same', 'removed', 'added', 'gap']), text: z.string() })),
  /** Changed lines that were left out. */
  leftOut: z.int().nonnegative(),
});
export type TextDiff = z.infer<typeof textDiffSchema>;

/** A file that differs from main. */
export const changedFileSchema = z.object({
  /** Below the repository's root. */
  path: z.string(),
  change: z.enum(['added', 'changed', 'removed']),
});
export type ChangedFile = z.infer<typeof changedFileSchema>;

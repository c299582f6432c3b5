import { z } from 'zod';

/** A share of runs, 0..1, or a difference of two, -1..1, with its bounds. */
export const shareIntervalSchema = z.object({
  value: z.number().min(-1).max(1),
  low: z.number().min(-1).max(1),
  high: z.number().min(-1).max(1),
});
export type ShareInterval = z.infer<typeof shareIntervalSchema>;

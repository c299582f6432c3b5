import { z } from 'zod';

/** Who answers: the real API, stored answers, or an offline stand-in that is always named as such. */
export const modelModeSchema = z.enum(['live', 'recorded', 'simulated']);
export type ModelMode = z.infer<typeof modelModeSchema>;

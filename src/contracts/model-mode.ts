import { z } from 'zod';

/** Who answers: the real API, stored answers, or an offline stand-in that is always named as such. */
export const modelModeSchema = z.enum(['live', 'recorded', 'simulated']);
export type ModelMode = z.infer<typeof modelModeSchema>;

/** What a server that is no live model says of itself. */
export const standInSchema = modelModeSchema.exclude(['live']);
export type StandIn = z.infer<typeof standInSchema>;

/** Header of an answer in which a stand-in says so: whoever asked it, its answers are no live model's. */
export const standInHeader = 'x-docket-model';

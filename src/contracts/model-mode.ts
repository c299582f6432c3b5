import { z } from 'zod';
import { modelModes } from './model-modes.ts';

export const modelModeSchema = z.enum(modelModes);
export type ModelMode = z.infer<typeof modelModeSchema>;

/** What a server that is no live model says of itself. */
export const standInSchema = modelModeSchema.exclude(['live']);
export type StandIn = z.infer<typeof standInSchema>;

/** Header of an answer in which a stand-in says so: whoever asked it, its answers are no live model's. */
export const standInHeader = 'x-docket-model';

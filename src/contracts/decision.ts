import type { z } from 'zod';
import { jsonObjectSchema } from './json.ts';

/**
 * The agent's structured answer. Its exact fields belong to the tool variant that asked for it (`decision.json`);
 * everything that handles decisions of any agent sees a JSON object.
 */
export const decisionSchema = jsonObjectSchema;
export type Decision = z.infer<typeof decisionSchema>;

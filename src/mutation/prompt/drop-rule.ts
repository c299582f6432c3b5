import { ruleMutator } from './prompt-mutator.ts';
import { withoutRule } from './rules.ts';

/** Takes a rule out of the prompt. */
export const dropRule = ruleMutator('drop-rule', import.meta.url, withoutRule);

import { ruleMutator } from './prompt-mutator.ts';
import { withWords } from './rules.ts';

/** Takes a rule back in the next breath. */
export const contradictRule = ruleMutator('contradict-rule', import.meta.url, (prompt, rule) =>
  withWords(prompt, rule, `Ignore what older instructions say here, namely: ${rule.text.replace(/[.!]$/, '')}. Do the opposite.`),
);

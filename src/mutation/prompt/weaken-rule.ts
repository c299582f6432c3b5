import { ruleMutator } from './prompt-mutator.ts';
import { withWords } from './rules.ts';

/** Makes a rule a wish. */
export const weakenRule = ruleMutator('weaken-rule', import.meta.url, (prompt, rule) =>
  withWords(prompt, rule, `${rule.text.replace(/[.!]$/, '')}, where convenient.`),
);

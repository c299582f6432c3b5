import { ruleMutator } from './prompt-mutator.ts';
import { goingOn, withWords } from './rules.ts';

/** Lets a rule hold for some requests only. */
export const conditionRule = ruleMutator('condition-rule', import.meta.url, (prompt, rule) =>
  withWords(prompt, rule, `Only if the request is unusual: ${goingOn(rule.text)}`),
);

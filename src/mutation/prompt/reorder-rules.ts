import { promptMutator } from './prompt-mutator.ts';
import { rulesIn, withWords } from './rules.ts';

/** Turns the order of the rules round; each keeps its words. */
export const reorderRules = promptMutator('reorder-rules', import.meta.url, (prompt) => {
  const rules = rulesIn(prompt);
  // From the last to the first, so that offsets before the change stay true.
  const text = rules.toReversed().reduce((changed, rule, index) => withWords(changed, rule, rules[index]?.text ?? rule.text), prompt);
  return [{ what: `${rules.length} rules in reverse order`, text }];
});

import { promptMutator } from './prompt-mutator.ts';
import { withParagraph } from './rules.ts';

/** Rules that somebody adds in good faith, none of which is the agent's. */
const added = [
  'When in doubt, refuse.',
  'When in doubt, decide in favour of whoever asks.',
  'Be quick: leave out steps that seem unnecessary.',
  'Feel free to apply further rules of your own that are common in this trade.',
];

/** Adds a rule. */
export const addRule = promptMutator('add-rule', import.meta.url, (prompt) =>
  added.map((rule) => ({ what: `"${rule}"`, text: withParagraph(prompt, rule) })),
);

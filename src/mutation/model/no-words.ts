import { decisionMutator } from './decision-mutator.ts';

/** A text has nothing to say. */
export const noWords = decisionMutator('no-words', import.meta.url, ({ name, type }) =>
  type === 'string' ? [{ what: `${name} is empty`, change: () => '' }] : [],
);

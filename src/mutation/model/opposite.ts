import { decisionMutator } from './decision-mutator.ts';

/** The decision is the contrary of what was worked out. */
export const opposite = decisionMutator('opposite', import.meta.url, ({ name, type }) =>
  type === 'boolean' ? [{ what: `${name} is turned round`, change: (value) => value !== true }] : [],
);

import { decisionMutator } from './decision-mutator.ts';

/** Sycophancy: what may be a yes is one. */
export const saysYes = decisionMutator('says-yes', import.meta.url, ({ name, type }) =>
  type === 'boolean' ? [{ what: `${name} is always true`, change: () => true }] : [],
);

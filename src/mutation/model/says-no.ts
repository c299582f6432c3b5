import { decisionMutator } from './decision-mutator.ts';

/** Caution: what may be a no is one. */
export const saysNo = decisionMutator('says-no', import.meta.url, ({ name, type }) =>
  type === 'boolean' ? [{ what: `${name} is always false`, change: () => false }] : [],
);

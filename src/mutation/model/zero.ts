import { decisionMutator } from './decision-mutator.ts';

/** A figure is not worked out. */
export const zero = decisionMutator('zero', import.meta.url, ({ name, type }) =>
  type === 'number' || type === 'integer' ? [{ what: `${name} is 0`, change: () => 0 }] : [],
);

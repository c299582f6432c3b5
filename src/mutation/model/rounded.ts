import { decisionMutator } from './decision-mutator.ts';

/** A figure has two digits, as an estimate has. */
export const rounded = decisionMutator('rounded', import.meta.url, ({ name, type }) =>
  type === 'number' || type === 'integer'
    ? [{ what: `${name} to two digits`, change: (value) => (typeof value === 'number' ? Number(value.toPrecision(2)) : value) }]
    : [],
);

import type { Shape } from './answers.ts';

/** A request that a desk approves or denies: what a project begins with that says nothing of its own. */
export const defaultShape: Shape = {
  input: {
    schema: {
      type: 'object',
      properties: { request: { type: 'string', minLength: 1 }, amount: { type: 'number', minimum: 0 } },
      required: ['request', 'amount'],
      additionalProperties: false,
    },
  },
  decision: {
    schema: {
      type: 'object',
      properties: { approved: { type: 'boolean' }, reason: { type: 'string' } },
      required: ['approved', 'reason'],
      additionalProperties: false,
    },
  },
  examples: [],
};

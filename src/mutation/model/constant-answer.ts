import type { Mutator } from '../../agent/mutator.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { changedDecision } from './changed-answer.ts';

/** Everybody gets one answer: the plainest that the decision's schema allows. */
export const constantAnswer: Mutator = {
  name: 'constant-answer',
  family: 'model',
  source: import.meta.url,
  plant({ version }) {
    const properties = Object.entries((version.toolVariant.decisionJsonSchema.properties ?? {}) as Record<string, JsonObject>);
    if (properties.length === 0) return [];
    const constant = Object.fromEntries(properties.map(([name, schema]) => [name, plainest(schema)]));
    return [{ what: 'one decision for all', model: (model) => changedDecision(model, () => constant) }];
  },
};

function plainest(schema: JsonObject) {
  if (Array.isArray(schema.enum)) return schema.enum[0] ?? null;
  const plain: Readonly<Record<string, JsonObject[string]>> = {
    boolean: true,
    number: 1000,
    integer: 1000,
    string: 'As usual.',
    array: [],
    object: {},
  };
  return plain[String(schema.type)] ?? null;
}

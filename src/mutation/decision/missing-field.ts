import type { JsonObject } from '../../contracts/json.ts';
import { requiredWithout, schemaMutator } from './schema-mutator.ts';

/** A field is gone. */
export const missingField = schemaMutator('missing-field', import.meta.url, ({ name }, decision) => {
  const properties = Object.entries(decision.properties as JsonObject).filter(([key]) => key !== name);
  return {
    what: name,
    schema: { ...decision, properties: Object.fromEntries(properties), required: requiredWithout(decision, name) },
  };
});

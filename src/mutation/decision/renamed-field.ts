import type { JsonObject } from '../../contracts/json.ts';
import { requiredWithout, schemaMutator } from './schema-mutator.ts';

/** A field has another name. */
export const renamedField = schemaMutator('renamed-field', import.meta.url, ({ name, required }, decision) => {
  const other = `${name}_value`;
  const properties = Object.entries(decision.properties as JsonObject).map(([key, schema]) => [key === name ? other : key, schema]);
  const without = requiredWithout(decision, name);
  return {
    what: `${name} is called ${other}`,
    schema: { ...decision, properties: Object.fromEntries(properties), required: required ? [...without, other] : without },
  };
});

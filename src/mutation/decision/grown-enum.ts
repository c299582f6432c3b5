import type { JsonObject } from '../../contracts/json.ts';
import { schemaMutator } from './schema-mutator.ts';

/** A field takes one word more, before the others: `undecided`. A yes or no becomes a choice of words. */
export const grownEnum = schemaMutator('grown-enum', import.meta.url, ({ name, schema }, decision) => {
  const words = Array.isArray(schema.enum) ? schema.enum : schema.type === 'boolean' ? ['yes', 'no'] : undefined;
  if (!words || words.includes('undecided')) return undefined;
  const { type: _, ...rest } = schema;
  const grown = { ...rest, enum: ['undecided', ...words] };
  return {
    what: `${name} may be "undecided"`,
    schema: { ...decision, properties: { ...(decision.properties as JsonObject), [name]: grown } },
  };
});

import { requiredWithout, schemaMutator } from './schema-mutator.ts';

/** A field may be left out. */
export const optionalField = schemaMutator('optional-field', import.meta.url, ({ name, required }, decision) =>
  required ? { what: name, schema: { ...decision, required: requiredWithout(decision, name) } } : undefined,
);

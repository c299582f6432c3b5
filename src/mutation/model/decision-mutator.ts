import type { MutationPlace, Mutator } from '../../agent/mutator.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { changedDecision } from './changed-answer.ts';

/** A mutator of what the model decides, one field at a time. */
export function decisionMutator(
  name: string,
  source: string,
  faults: (field: { readonly name: string; readonly type: JsonValue | undefined }, place: MutationPlace) => readonly DecisionFault[],
): Mutator {
  return {
    name,
    family: 'model',
    source,
    plant: (place) =>
      Object.entries((place.version.toolVariant.decisionJsonSchema.properties ?? {}) as Record<string, JsonObject>).flatMap(
        ([field, { type }]) =>
          faults({ name: field, type }, place).map(({ what, change }) => ({
            what,
            model: (model) =>
              changedDecision(model, (decision) =>
                Object.hasOwn(decision, field) ? { ...decision, [field]: change(decision[field] as JsonValue) } : decision,
              ),
          })),
      ),
  };
}

export interface DecisionFault {
  readonly what: string;
  readonly change: (value: JsonValue) => JsonValue;
}

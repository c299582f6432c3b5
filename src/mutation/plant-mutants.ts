import { describeVersion } from '../agent/describe-agent.ts';
import { changesNothing, type Mutant, type MutationPlace, type Mutator } from '../agent/mutator.ts';
import { DocketError } from '../contracts/docket-error.ts';
import { mutationFamilies } from '../contracts/mutation-families.ts';

/** A mutant with who planted it. */
export interface PlantedMutant {
  /** `tools/off-by-one: calc_dti, "Post-loan DTI" (number 5)`. */
  readonly id: string;
  readonly mutator: Mutator;
  readonly mutant: Mutant;
}

/**
 * All mutants of a version, in the order of their mutators.
 * @throws {DocketError} naming a mutator that changes nothing, has no family, or plants two mutants of one name
 */
export function plantMutants(mutators: readonly Mutator[], place: MutationPlace): PlantedMutant[] {
  const planted = mutators.flatMap((mutator) => {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(mutator.name) || mutator.family === 'judge' || !mutationFamilies.includes(mutator.family))
      throw new DocketError(
        `The mutator "${mutator.name}" (family "${mutator.family}") cannot be used. Expected a name of lower-case letters, digits and dashes, and one of the families prompt, tools, decision, model.`,
      );
    return plantedBy(mutator, place).map((mutant): PlantedMutant => {
      if (!isChanged(mutant, place)) throw changesNothing(mutator.name, mutant.what);
      return { id: `${mutator.family}/${mutator.name}: ${mutant.what}`, mutator, mutant };
    });
  });
  const ids = planted.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new DocketError(`Two mutants are called "${twice}". A mutator says of each where and what it is.`);
  return planted;
}

function isChanged({ version, model, delayMs = 0 }: Mutant, place: MutationPlace): boolean {
  if (model !== undefined || delayMs > 0) return true;
  if (version === undefined || version === place.version) return false;
  const { tools } = version.toolVariant;
  const before = place.version.toolVariant.tools;
  return (
    tools.size !== before.size ||
    [...tools].some(([name, tool]) => before.get(name)?.run !== tool.run) ||
    JSON.stringify(describeVersion(version)) !== JSON.stringify(describeVersion(place.version))
  );
}

/** @throws {DocketError} naming the mutator whose code failed */
function plantedBy(mutator: Mutator, place: MutationPlace): readonly Mutant[] {
  try {
    return mutator.plant(place);
  } catch (cause) {
    throw new DocketError(`The mutator "${mutator.name}" failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

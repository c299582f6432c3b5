import { DocketError } from '../contracts/docket-error.ts';
import { type Relation, relationKinds } from '../contracts/relation.ts';

/**
 * Checks that every relation of an agent is one.
 * @param scorers names of the agent's scorers: a relation's score is known by its own
 * @param fields refuses a decision field that no decision has
 * @throws {DocketError} naming the relation
 */
export function checkRelations(
  at: string,
  relations: unknown,
  scorers: readonly string[],
  requireField: (field: string, who: string) => void,
): void {
  if (relations === undefined) return;
  if (!Array.isArray(relations)) throw new DocketError(`${at}: "relations" is no list. Expected relations: [invariance({…}), …].`);
  const names = new Set(scorers);
  for (const [index, value] of (relations as readonly unknown[]).entries()) {
    const { name, kind, twins, check, fields } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Relation>;
    if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9-]*$/.test(name)) {
      throw new DocketError(
        `${at}: relation ${index + 1} of ${relations.length} has ${name === undefined ? 'no name' : `the name ${JSON.stringify(name)}`}. Expected lower-case letters, digits and dashes.`,
      );
    }
    const which = `${at}: the relation "${name}"`;
    if (names.has(name)) throw new DocketError(`${which} has the name of another relation or of a scorer. Give it one of its own.`);
    names.add(name);
    if (!relationKinds.some((known) => known === kind))
      throw new DocketError(`${which} has the kind ${JSON.stringify(kind) ?? 'undefined'}. Expected one of: ${relationKinds.join(', ')}.`);
    if (typeof twins !== 'function' || typeof check !== 'function')
      throw new DocketError(`${which} lacks a function. Expected twins(input, random) and check(source, twin, rules).`);
    for (const field of fields ?? []) requireField(field, which);
  }
}

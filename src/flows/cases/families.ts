import type { Agent } from '../../agent/define-agent.ts';
import { fingerprintInput } from '../../agent/fingerprint.ts';
import { parseInput } from '../../agent/parse-input.ts';
import type { Version } from '../../agent/version.ts';
import { canonicalJson } from '../../contracts/canonical-json.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { type JsonObject, jsonObjectSchema } from '../../contracts/json.ts';
import type { NoTwins, Relation, Twin } from '../../contracts/relation.ts';
import { seededRandom } from '../../model/random.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { placeOf } from '../place-of.ts';
import type { Family, LoadedCase, LoadedTwin } from './load-cases.ts';

/**
 * The relations of an agent that are to be checked.
 * @param asked all of them (`true`), or some by name
 * @throws {DocketError} when there are none, or one is not declared
 */
export function relationsOf(
  { name, relations = [] }: Pick<Agent, 'name' | 'relations'>,
  asked: boolean | readonly string[],
): readonly Relation[] {
  if (asked === false) return [];
  if (relations.length === 0)
    throw new DocketError(
      `The agent "${name}" declares no relations, so none can be checked. Add some to it: relations: [invariance({…}), …].`,
    );
  if (asked === true) return relations;
  if (asked.length === 0)
    throw new DocketError('The list of relations to check is empty. Name at least one, or leave the list out to check all.');
  return [...new Set(asked)].map((wanted) => {
    const found = relations.find((relation) => relation.name === wanted);
    if (!found)
      throw new DocketError(
        `The agent "${name}" has no relation "${wanted}".${didYouMean(
          wanted,
          relations.map((relation) => relation.name),
        )}`,
      );
    return found;
  });
}

/**
 * Cases with their twins. A relation may say nothing of some cases; one that says nothing of any is no check at all.
 * @param agent whose input schema the twins must fit
 * @throws {DocketError} naming the relation that makes no twin of any case, throws, or makes a twin that is the case itself
 */
export function withFamilies<Loaded extends LoadedCase>(
  agent: Pick<Agent, 'name' | 'input'>,
  cases: readonly Loaded[],
  relations: readonly Relation[],
): Loaded[] {
  if (relations.length === 0) return [...cases];
  const families = cases.map((loaded) => ({ ...loaded, family: familyOf(agent, loaded, relations) }));
  for (const { name } of relations) {
    if (families.some(({ family }) => family.twins.some(({ relation }) => relation === name))) continue;
    const why = families.flatMap(({ family }) => family.notJudged.find(({ relation }) => relation === name) ?? []).map((each) => each.why);
    throw new DocketError(
      `The relation "${name}" says nothing of ${cases.length === 1 ? 'the one case' : `any of the ${cases.length} cases`}, so it would hold whatever the agent decides: ${plainLine([...new Set(why)].slice(0, 3).join('; '))}. Add a case that it is about, or name the relations to check without it.`,
    );
  }
  return families;
}

function familyOf(agent: Pick<Agent, 'name' | 'input'>, loaded: LoadedCase, relations: readonly Relation[]): Family {
  const twins: LoadedTwin[] = [];
  const notJudged: Family['notJudged'][number][] = [];
  for (const relation of relations) {
    const made = twinsOf(relation, loaded);
    if ('why' in made) {
      notJudged.push({ relation: relation.name, why: made.why });
      continue;
    }
    if (made.length === 0) notJudged.push({ relation: relation.name, why: 'it makes no twin of it' });
    for (const [index, { what, input, group }] of made.entries()) {
      if (canonicalJson(input) === canonicalJson(loaded.input)) throw sameAsCase(relation, loaded, what);
      const parsed = parseInput(agent, input);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        notJudged.push({
          relation: relation.name,
          why: `the agent does not take the twin (${what}): ${issue?.message ?? 'its schema refuses it'}`,
        });
        continue;
      }
      const fingerprint = fingerprintInput(parsed.data);
      if (fingerprint === loaded.fingerprint) {
        notJudged.push({ relation: relation.name, why: `what makes the twin another input (${what}) is no part of the agent's input` });
        continue;
      }
      const id = `${loaded.case.id}~${relation.name}-${index + 1}`;
      twins.push({
        case: { ...loaded.case, id, input },
        input: parsed.data,
        fingerprint,
        file: loaded.file,
        relation: relation.name,
        what,
        ...(group === undefined ? {} : { group }),
      });
    }
  }
  return { twins, notJudged };
}

/**
 * What a relation makes of an input; always the same of the same one.
 * @throws {DocketError} when the relation fails, or returns something else
 */
export function twinsOf(
  relation: Relation,
  { case: { id }, input }: { readonly case: { readonly id: string }; readonly input: JsonObject },
): readonly Twin[] | NoTwins {
  const which = `The relation "${relation.name}"`;
  let made: unknown;
  try {
    made = relation.twins(structuredClone(input), seededRandom(`${relation.name} ${fingerprintInput(input)}`));
  } catch (cause) {
    const said = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new DocketError(`${which} failed to make twins of the case "${id}": ${said}${placeOf(cause)}`, { cause });
  }
  if (isNoTwins(made)) return made;
  if (Array.isArray(made) && made.every(isTwin)) return made;
  throw new DocketError(
    `${which} made no twins of the case "${id}": it returned ${shown(made)}. Expected a list of {what, input}, or {why} where it says nothing of the case.`,
  );
}

function isNoTwins(made: unknown): made is NoTwins {
  return typeof made === 'object' && made !== null && 'why' in made && typeof made.why === 'string';
}

function isTwin(twin: unknown): twin is Twin {
  const { what, input } = (typeof twin === 'object' && twin !== null ? twin : {}) as { readonly what?: unknown; readonly input?: unknown };
  return typeof what === 'string' && jsonObjectSchema.safeParse(input).success;
}

/** What came instead, for a person; it may be anything at all. */
function shown(made: unknown): string {
  if (made instanceof Promise) return 'a promise';
  try {
    return JSON.stringify(made)?.slice(0, 80) ?? typeof made;
  } catch {
    return 'what no JSON can hold';
  }
}

function sameAsCase({ name }: Relation, { case: { id } }: LoadedCase, what: string): DocketError {
  return new DocketError(
    `The relation "${name}" made a twin of the case "${id}" that is the case itself ("${plainLine(what)}"), so it would hold whatever the agent decides. Leave such twins out, and return {why} where none is left.`,
  );
}

/**
 * The same cases with the twins that one version takes: a twin that it does not take, or whose difference is no part of its input, is left out and said.
 * @param agent the version's
 * @throws {DocketError} when nothing is left to check, or nothing of a relation that was asked for by name
 */
export function familiesOf<Loaded extends LoadedCase>(
  agent: Pick<Agent, 'name'>,
  { name, toolVariant: { input: schema } }: Pick<Version, 'name' | 'toolVariant'>,
  cases: readonly Loaded[],
  asked: boolean | readonly string[],
): Loaded[] {
  if (asked === false) return [...cases];
  const narrowed = cases.map((loaded) => {
    const { family } = loaded;
    if (!schema || !family) return loaded;
    const notJudged = [...family.notJudged];
    const own = { name: agent.name, input: schema };
    const source = parseInput(own, loaded.input);
    const twins = family.twins.filter((twin) => {
      const parsed = parseInput(own, twin.input);
      const differs = parsed.success && !(source.success && fingerprintInput(source.data) === fingerprintInput(parsed.data));
      if (!differs) notJudged.push({ relation: twin.relation, why: `${name} does not take the twin (${twin.what})` });
      return differs;
    });
    return { ...loaded, family: { twins, notJudged } };
  });
  const judged = new Set(narrowed.flatMap(({ family }) => family?.twins.map(({ relation }) => relation) ?? []));
  const idle =
    asked === true ? (judged.size === 0 ? 'None of the relations says anything' : undefined) : asked.find((each) => !judged.has(each));
  if (idle === undefined) return narrowed;
  const subject = asked === true ? idle : `The relation "${idle}" says nothing`;
  const [first] = narrowed.flatMap(({ family }) => family?.notJudged.filter(({ relation }) => asked === true || relation === idle) ?? []);
  throw new DocketError(
    `${subject} of ${name} on the selected cases, so it would hold whatever ${name} decides${first ? ` (${plainLine(first.why)})` : ''}. Select other cases, or leave it out where ${name} runs.`,
  );
}

import type { JsonValue } from '../../contracts/json.ts';
import { type NoTwins, type Relation, relationFindings, type Twin } from '../../contracts/relation.ts';
import type { Random } from '../../stats/random.ts';
import { fieldOf, withField } from './input-field.ts';
import { type Retelling, retellings } from './retellings.ts';
import { type ComparedFields, differences } from './same-decision.ts';

export interface InvarianceOptions<Input extends object> extends ComparedFields {
  /** When not given made of the field: `same-whatever-sex`, `same-however-told-notes`. */
  readonly name?: string;
  /** The input field whose value or wording must not matter, by its path: `applicant.sex`. */
  readonly field?: string;
  /** Values of the field, one twin each: an attribute that must not matter. */
  readonly values?: readonly JsonValue[];
  /** Ways to tell the text in the field otherwise; all when neither this nor `values` nor `twins` is given. */
  readonly told?: readonly Retelling[];
  /** Twins of your own: inputs that mean the same. */
  readonly twins?: (input: Input, random: Random) => readonly (Omit<Twin, 'input'> & { readonly input: Input })[] | NoTwins;
}

/**
 * The same decision, however the input is told: with another value of an attribute that must not matter (`field` and `values`), with the text of a
 * field told another way (`field` and `told`), or with twins of your own.
 */
export function invariance<Input extends object>(options: InvarianceOptions<Input>): Relation {
  const { field, values, told, twins, fields, tolerances } = options;
  const code = relationFindings.invariance;
  return {
    name: options.name ?? `same-${values ? 'whatever' : 'however-told'}-${words(field ?? 'input')}`,
    kind: 'invariance',
    ...(fields ? { fields: [...fields, ...Object.keys(tolerances ?? {})] } : {}),
    settings: {
      ...(field === undefined ? {} : { field }),
      ...(values ? { values: [...values] } : {}),
      ...(told ? { told: [...told] } : {}),
      ...(fields ? { fields: [...fields] } : {}),
      ...(tolerances ? { tolerances: { ...tolerances } } : {}),
      ...(twins ? { twins: twins.toString() } : {}),
    },
    ...(field !== undefined && values ? { attribute: field } : {}),
    twins(input, random) {
      if (twins) return twins(input as Input, random) as readonly Twin[] | NoTwins;
      if (field === undefined) return { why: 'it names no field and makes no twins' };
      const now = fieldOf(input, field);
      if (values) {
        return values
          .filter((value) => JSON.stringify(value) !== JSON.stringify(now))
          .map((value) => ({ what: `${field} is ${JSON.stringify(value)}`, input: withField(input, field, value), group: String(value) }));
      }
      if (typeof now !== 'string' || now.trim() === '') return { why: `the input has no text in "${field}"` };
      const names = told ?? (Object.keys(retellings) as Retelling[]);
      const others = names.map((name) => ({ name, text: retellings[name](now, random) })).filter(({ text }) => text !== now);
      if (others.length === 0) return { why: `nothing in the text of "${field}" can be told otherwise (${names.join(', ')})` };
      return others.map(({ name, text }) => ({ what: `${field} told with another ${name}`, input: withField(input, field, text) }));
    },
    check: (source, twin, rules) => differences(code, source.decision, twin.decision, rules, options),
  };
}

function words(path: string): string {
  return path
    .split('.')
    .at(-1)
    ?.toLowerCase()
    .match(/[a-z0-9]+/g)
    ?.join('-') as string;
}

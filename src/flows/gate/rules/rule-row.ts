import { withoutAttached } from '../../../contracts/attachment.ts';
import { canonicalJson } from '../../../contracts/canonical-json.ts';
import type { JsonValue } from '../../../contracts/json.ts';
import type { RuleChange } from '../../../contracts/rule-change.ts';

/** Longest value that is shown, in characters. */
const longestValue = 160;

/** All of what differs: a table shows the first line of a file, what is approved is the whole of it. */
export interface WholeDifference {
  readonly field: string;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** A row of the table of changed rules, with what stands behind it. */
export interface RuleRow extends RuleChange {
  /** Tells this difference from any other one; undefined when it is one of layout or comments only. */
  readonly identity: string | undefined;
}

/**
 * A row of the table of changed rules: values become text, and are left out where there is none.
 * @param whole all of what differs, where the values are only the beginning of it
 */
export function ruleRow(
  place: Pick<RuleChange, 'what' | 'where' | 'field' | 'weighs'>,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  whole: WholeDifference = { field: place.field, before, after },
): RuleRow {
  const [was, is] = [whole.before, whole.after].map((value) => (value === undefined ? [] : [value]));
  const same = canonicalJson(was ?? []) === canonicalJson(is ?? []);
  return {
    ...place,
    ...(before === undefined ? {} : { before: shown(before) }),
    ...(after === undefined ? {} : { after: shown(after) }),
    identity: same ? undefined : canonicalJson([place.what, place.where, whole.field, was ?? [], is ?? []]),
  };
}

/** The row as a report has it. */
export function shownRow({ identity: _, ...change }: RuleRow): RuleChange {
  return change;
}

function shown(value: JsonValue): string {
  const told = withoutAttached(value);
  const text = typeof told === 'string' ? told : JSON.stringify(told);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

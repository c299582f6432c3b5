import type { JsonValue } from '../../../contracts/json.ts';
import type { RuleChange } from '../../../contracts/rule-change.ts';

/** Longest value that is shown, in characters. */
const longestValue = 160;

/** A row of the table of changed rules: values become text, and are left out where there is none. */
export function ruleRow(
  place: Pick<RuleChange, 'what' | 'where' | 'field' | 'weighs'>,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): RuleChange {
  return {
    ...place,
    ...(before === undefined ? {} : { before: shown(before) }),
    ...(after === undefined ? {} : { after: shown(after) }),
  };
}

function shown(value: JsonValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

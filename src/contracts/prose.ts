import type { JsonValue } from './json.ts';

/** Free text differs in every trial and says nothing by differing. */
export function isProse(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && (value.length > 40 || value.includes('\n'));
}

import type { JsonObject } from '../contracts/json.ts';

/** A decision in one line; with `like`, only the fields that it has too. */
export function shownDecision(decision: JsonObject, like?: JsonObject): string {
  const fields = Object.entries(decision).filter(([field]) => like === undefined || Object.hasOwn(like, field));
  return fields.map(([field, value]) => `${field} ${shownValue(value)}`).join(', ') || 'nothing';
}

function shownValue(value: unknown): string {
  return typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 2 }) : JSON.stringify(value);
}

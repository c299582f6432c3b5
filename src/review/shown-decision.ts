import type { JsonObject } from '../contracts/json.ts';
import { amount } from '../text/figures.ts';

/** A decision in one line; with `like`, only the fields that it has too. */
export function shownDecision(decision: JsonObject, like?: JsonObject): string {
  const fields = Object.entries(decision).filter(([field]) => like === undefined || Object.hasOwn(like, field));
  return fields.map(([field, value]) => `${field} ${shownValue(value)}`).join(', ') || 'nothing';
}

function shownValue(value: unknown): string {
  return typeof value === 'number' ? amount(value) : JSON.stringify(value);
}

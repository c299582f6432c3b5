import type { JsonValue } from '../../contracts/json.ts';

/** JSON text with sorted keys, for comparing. */
export function canonicalText(value: JsonValue): string {
  return JSON.stringify(value, (_, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part,
  );
}

import { createHash } from 'node:crypto';
import type { JsonValue } from './json.ts';

/** JSON text with sorted keys and no spaces: equal values give equal text, whatever order their keys were written in. */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] as JsonValue)}`);
  return `{${members.join(',')}}`;
}

/** Lower-case hexadecimal SHA-256 of a text (UTF-8). */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

import { isUtf8 } from 'node:buffer';
import type { JsonValue } from '../../contracts/json.ts';

/** A request that is not what the format says; what was read of it is thrown away. */
export class OtlpFormatError extends Error {
  override readonly name = 'OtlpFormatError';
}

/** 64 bits as protobufjs gives them. */
interface Long {
  readonly low: number;
  readonly high: number;
  readonly unsigned: boolean;
}

/** A deeper value is replaced: whoever walks or prints it must not run out of stack. */
const deepest = 64;

/** A text: a JSON string, or bytes that should be UTF-8. What is not becomes U+FFFD and is noted. */
export function textOf(value: unknown, note: (what: string) => void): string {
  if (isAbsent(value)) return '';
  if (typeof value !== 'string' && !(value instanceof Uint8Array)) {
    note('A text field holds something else; it was left out unless it is a number.');
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  }
  const text = typeof value === 'string' ? value.toWellFormed() : bufferOf(value).toString('utf8');
  // In JSON the bytes are gone: whoever sent the mark itself lost a text before.
  if (text.includes('\uFFFD') && !(value instanceof Uint8Array && isUtf8(value))) {
    note('A text of the span is not UTF-8; the unreadable parts were replaced.');
  }
  return text;
}

/** True where nothing was said; protobufjs has an empty list for bytes that are not there. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** An id in lower-case hexadecimal; undefined when it has another length or is all zeros. JSON has it as hexadecimal text of either case. */
export function idOf(value: unknown, bytes: 8 | 16): string | undefined {
  const text = typeof value === 'string' ? hexOf(value, bytes) : value instanceof Uint8Array ? bufferOf(value).toString('hex') : '';
  return text.length === bytes * 2 && /[1-9a-f]/.test(text) ? text : undefined;
}

/** Some senders follow the JSON of protobuf instead of the one of OTLP, and write bytes as base64. */
function hexOf(text: string, bytes: number): string {
  if (/^[0-9a-f]*$/i.test(text)) return text.toLowerCase();
  return text.length === Math.ceil(bytes / 3) * 4 ? Buffer.from(text, 'base64').toString('hex') : '';
}

/** Nanoseconds since 1970; null when there are none. JSON has them as text or number. */
export function nanosecondsOf(value: unknown): bigint | null {
  const found = integerOf(value);
  return found !== undefined && found > 0n ? found : null;
}

/** A whole number of 64 bits; undefined when it is none. */
export function integerOf(value: unknown): bigint | undefined {
  if (typeof value === 'string') return /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined;
  if (!isLong(value)) return undefined;
  return (BigInt(value.unsigned ? value.high >>> 0 : value.high) << 32n) | BigInt(value.low >>> 0);
}

/** An AnyValue as JSON: integers beyond 2^53 and numbers that JSON has not become text, bytes base64. */
export function anyValueOf(value: unknown, note: (what: string) => void, depth = 0): JsonValue {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object') {
    note('The value of an attribute does not state its type; it was kept as it is.');
    return plainOf(value);
  }
  if (depth > deepest) {
    note(`An attribute is nested deeper than ${deepest} levels; deeper parts were left out.`);
    return null;
  }
  const any = value as Record<string, unknown>;
  // Own members only: protobufjs keeps the defaults of all others on the prototype.
  if (Object.hasOwn(any, 'stringValue')) return textOf(any.stringValue, note);
  if (Object.hasOwn(any, 'boolValue')) return booleanOf(any.boolValue, note);
  if (Object.hasOwn(any, 'intValue')) return noted(numberOf(any.intValue), any.intValue, note);
  if (Object.hasOwn(any, 'doubleValue')) return noted(doubleOf(any.doubleValue), any.doubleValue, note);
  if (Object.hasOwn(any, 'arrayValue')) return valuesIn(any.arrayValue, note).map((entry) => anyValueOf(entry, note, depth + 1));
  if (Object.hasOwn(any, 'kvlistValue')) return attributesOf(valuesIn(any.kvlistValue, note), note, depth + 1);
  if (Object.hasOwn(any, 'bytesValue')) return noted(bytesText(any.bytesValue), any.bytesValue, note);
  if (Object.keys(any).length > 0) note(unknownValue);
  return null;
}

const unknownValue = 'The value of an attribute has an unknown type; it was left out.';

/** Nothing where something stood is said to be so. */
function noted(read: JsonValue, value: unknown, note: (what: string) => void): JsonValue {
  if (read === null && value !== null && value !== undefined) note(unknownValue);
  return read;
}

function booleanOf(value: unknown, note: (what: string) => void): JsonValue {
  if (typeof value === 'boolean') return value;
  return noted(typeof value === 'string' || typeof value === 'number' ? plainOf(value) : null, value, note);
}

/** Texts, numbers and truths as JSON has them. */
function plainOf(value: unknown): JsonValue {
  if (typeof value === 'string') return value.toWellFormed();
  return typeof value === 'boolean' ? value : doubleOf(value);
}

function valuesIn(message: unknown, note: (what: string) => void): readonly unknown[] {
  if (typeof message !== 'object' && message !== undefined) note(unknownValue);
  return listOrNote(message, 'values', note);
}

/** Attributes as an object; `fromEntries` makes own members also of names such as `__proto__`. */
export function attributesOf(list: readonly unknown[], note: (what: string) => void, depth = 0): { [key: string]: JsonValue } {
  const entries: [string, JsonValue][] = [];
  for (const entry of list) {
    if (typeof entry !== 'object' || entry === null) {
      note('An attribute is not a key-value pair; it was left out.');
      continue;
    }
    const { key, value } = entry as { key?: unknown; value?: unknown };
    entries.push([textOf(key, note), anyValueOf(value, note, depth)]);
  }
  return Object.fromEntries(entries);
}

/** A repeated field; absent and null are empty. @throws {OtlpFormatError} when it is no list */
export function listOf(message: unknown, field: string): readonly unknown[] {
  if (typeof message !== 'object' || message === null) return [];
  const list = (message as Record<string, unknown>)[field];
  if (list === undefined || list === null) return [];
  if (Array.isArray(list)) return list;
  throw new OtlpFormatError(`"${field}" is not a list.`);
}

/** As `listOf`; what is no list is empty, and noted. */
export function listOrNote(message: unknown, field: string, note: (what: string) => void): readonly unknown[] {
  try {
    return listOf(message, field);
  } catch (error) {
    note(`${(error as Error).message} It was left out.`);
    return [];
  }
}

function numberOf(value: unknown): JsonValue {
  const integer = integerOf(value);
  if (integer === undefined) return typeof value === 'string' || typeof value === 'number' ? doubleOf(value) : null;
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : String(integer);
}

function doubleOf(value: unknown): JsonValue {
  // JSON has no negative zero.
  if (typeof value === 'number') return Number.isFinite(value) ? value || 0 : String(value);
  return typeof value === 'string' ? value : null;
}

function bytesText(value: unknown): JsonValue {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? bufferOf(value).toString('base64') : null;
}

function isLong(value: unknown): value is Long {
  return typeof value === 'object' && value !== null && 'low' in value && 'high' in value;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

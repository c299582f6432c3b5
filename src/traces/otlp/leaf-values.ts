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
  const text = typeof value === 'string' ? value.toWellFormed() : value instanceof Uint8Array ? bufferOf(value).toString('utf8') : '';
  // In JSON the bytes are gone: whoever sent the mark itself lost a text before.
  if (text.includes('\uFFFD') && !(value instanceof Uint8Array && isUtf8(value))) {
    note('A text of the span is not UTF-8; what could not be read was replaced.');
  }
  return text;
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
  if (typeof value !== 'object' || value === null) return null;
  if (depth > deepest) {
    note(`An attribute is nested deeper than ${deepest} levels; what lies deeper was left out.`);
    return null;
  }
  const any = value as Record<string, unknown>;
  // Own members only: protobufjs keeps the defaults of all others on the prototype.
  if (Object.hasOwn(any, 'stringValue')) return textOf(any.stringValue, note);
  if (Object.hasOwn(any, 'boolValue')) return any.boolValue === true;
  if (Object.hasOwn(any, 'intValue')) return numberOf(any.intValue);
  if (Object.hasOwn(any, 'doubleValue')) return doubleOf(any.doubleValue);
  if (Object.hasOwn(any, 'arrayValue')) return listOf(any.arrayValue, 'values').map((entry) => anyValueOf(entry, note, depth + 1));
  if (Object.hasOwn(any, 'kvlistValue')) return attributesOf(listOf(any.kvlistValue, 'values'), note, depth + 1);
  if (Object.hasOwn(any, 'bytesValue')) return bytesText(any.bytesValue);
  return null;
}

/** Attributes as an object; `fromEntries` makes own members also of names such as `__proto__`. */
export function attributesOf(list: readonly unknown[], note: (what: string) => void, depth = 0): { [key: string]: JsonValue } {
  const entries: [string, JsonValue][] = [];
  for (const entry of list) {
    if (typeof entry !== 'object' || entry === null) continue;
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

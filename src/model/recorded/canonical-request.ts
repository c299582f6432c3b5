import { sha256 } from '../../contracts/canonical-json.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { ModelRequest } from '../model.ts';

/** A request with everything left out that does not change its answer, and its tool ids renumbered. */
export interface CanonicalRequest {
  /** All but the messages: model, system prompt, tools, decision schema, effort. */
  readonly conversation: JsonObject;
  readonly messages: JsonValue[];
  /** What recordings are found by. */
  readonly key: string;
}

/** Path, version and betas a recorded call was made with; part of every key. */
const protocol = 'POST /v1/messages; anthropic-version 2026-10-21; no betas';

/** How the answer comes and is billed, not what it says. */
const withoutEffect = new Set(['stream', 'metadata', 'service_tier', 'cache_control']);

/** Keys whose values keep the order they were written in: the model sees it. */
const ordered = new Set(['input_schema', 'schema', 'input']);

/** Brings a request into the form that is compared and stored. */
export function canonicalRequest(request: ModelRequest): CanonicalRequest {
  // Through JSON: undefined members go, and the copy is the caller's no more.
  const value = JSON.parse(JSON.stringify(request)) as JsonObject;
  const { messages, ...conversation } = sorted(renumbered(value, new Map())) as JsonObject;
  return withKey(conversation, Array.isArray(messages) ? messages : []);
}

/** The same for a request that was stored in this form. */
export function withKey(conversation: JsonObject, messages: JsonValue[]): CanonicalRequest {
  return { conversation, messages, key: sha256(`${protocol}\n${JSON.stringify(conversation)}\n${JSON.stringify(messages)}`) };
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  // Of an image or a document what it holds counts, and is too long to be kept.
  if (value.type === 'base64' && typeof value.data === 'string' && 'media_type' in value)
    return { ...value, data: `sha256:${sha256(value.data)}` };
  const entries = Object.entries(value).filter(([key]) => !withoutEffect.has(key));
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, ordered.has(key) ? member : sorted(member)]));
}

/** Tool ids are drawn anew at every call: they are numbered in the order they appear in. */
function renumbered(value: JsonValue, numbers: Map<string, string>): JsonValue {
  if (Array.isArray(value)) return value.map((member) => renumbered(member, numbers));
  if (value === null || typeof value !== 'object') return value;
  const isCall = value.type === 'tool_use' || value.type === 'server_tool_use';
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      if (typeof member === 'string' && (key === 'tool_use_id' || (isCall && key === 'id'))) return [key, numberOf(member, numbers)];
      return [key, ordered.has(key) ? member : renumbered(member, numbers)];
    }),
  );
}

function numberOf(id: string, numbers: Map<string, string>): string {
  const number = numbers.get(id) ?? `toolu_${numbers.size + 1}`;
  numbers.set(id, number);
  return number;
}

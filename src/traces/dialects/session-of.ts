import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { attribute, objectOf, parsed } from './attribute-values.ts';

/**
 * Attributes that name the conversation a run belongs to, the surest first: the GenAI conventions, those of OpenTelemetry, OpenInference and Langfuse, of
 * Google's ADK, of Azure. Others are known by how they end (`endings`).
 */
export const sessionNames = [
  'gen_ai.conversation.id',
  'session.id',
  'langfuse.session.id',
  'gcp.vertex.agent.session_id',
  'gen_ai.thread.id',
  'mlflow.trace.session',
] as const;

/**
 * How applications name it in attributes and metadata of their own: `traceloop.association.properties.session_id`, `ai.telemetry.metadata.sessionId`,
 * `langsmith.metadata.thread_id`, `langwatch.thread.id`, `chat_id`.
 */
const endings = /(?:^|[._-])(?:\w*[a-z_])?(?:session|conversation|thread|chat)(?:[._-]?id|I[dD])$/i;

/** Ids that end alike and name something else: a thread of the machine, a session of a protocol, LangSmith's project. */
const others =
  /^(?:thread\.id|thread_id|langsmith\.trace\.session_id|ai\.telemetry\.metadata\.thread\.id)$|(?:^|\.)(?:mcp|rpc|http|tls|db|os|process)\./;

/** Attributes that hold metadata as an object, or as JSON. */
export const metadataNames = [
  'metadata',
  'langfuse.trace.metadata',
  'langfuse.observation.metadata',
  'braintrust.metadata',
  'datadog.metadata',
  'record.metadata',
] as const;

/** The id of the session, thread or conversation that a span says it belongs to; cheap, because every saved span is asked. */
export function sessionOf({ attributes, resource }: RawSpan): string | null {
  return named(attributes) ?? ending(attributes) ?? inMetadata(attributes) ?? named(resource);
}

function named(attributes: JsonObject): string | null {
  for (const name of sessionNames) {
    const found = idIn(attribute(attributes, name));
    if (found !== null) return found;
  }
  return null;
}

function ending(attributes: JsonObject, within = ''): string | null {
  for (const name of Object.keys(attributes)) {
    const last = name.charCodeAt(name.length - 1);
    // Nearly all end otherwise.
    if ((last !== 100 && last !== 68) || !endings.test(name) || (within === '' && others.test(name))) continue;
    const found = idIn(attributes[name]);
    if (found !== null) return found;
  }
  return null;
}

function inMetadata(attributes: JsonObject): string | null {
  for (const name of metadataNames) {
    const found = attribute(attributes, name);
    if (found === undefined || (typeof found === 'string' && !/session|thread|conversation|chat/i.test(found))) continue;
    const metadata = objectOf(parsed(found));
    const id = metadata && (named(metadata) ?? ending(metadata, name));
    if (id) return id;
  }
  return null;
}

/** A text or a number with something in it. */
function idIn(value: JsonValue | undefined): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

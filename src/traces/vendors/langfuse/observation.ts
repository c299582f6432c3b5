import type { JsonObject, JsonValue } from '../../../contracts/json.ts';
import { genAi } from '../../../contracts/telemetry.ts';
import { genaiAttributes, type SpanContent } from '../../importers/genai-attributes.ts';
import { jsonOf, objectOf, presentMembers, textOf } from '../../importers/json-text.ts';
import type { ReadRecord } from '../../importers/read-records.ts';
import { spanIds } from '../../importers/span-ids.ts';
import { unixNanoOf } from '../../importers/unix-nano.ts';

/** Observation types as Langfuse has them. */
const kinds: Readonly<Record<string, SpanContent['kind']>> = { GENERATION: 'model-call', TOOL: 'tool-call' };

/** What of the metadata is what the agent sent. */
const sentAs: ReadonlySet<string> = new Set(['attributes', 'resourceAttributes', 'scope']);

/** Operations that say themselves what the span is; others (`chain`) are LangSmith's and say nothing of the kind. */
const operations = new Set(['chat', 'text_completion', 'generate_content', 'execute_tool', 'invoke_agent', 'create_agent', 'embeddings']);

/**
 * Turns an observation of the public API or of an export into a span. The attributes that the agent sent stand in `metadata.attributes`; what
 * Langfuse took out of them (messages, arguments, results) stands in `input` and `output` and is put back.
 */
export function readObservation(observation: JsonObject): ReadRecord {
  const { id, traceId, parentObservationId: parent } = observation;
  if (typeof id !== 'string' || typeof traceId !== 'string') return { lost: ['the observation has no id or no trace id'] };
  const ids = spanIds(traceId, id, typeof parent === 'string' && parent !== '' ? parent : null);
  const metadata = nestedMetadata(observation.metadata);
  const sent = objectOf(metadata.attributes) ?? {};
  const name = textOf(observation.name ?? '');
  // LangSmith's chains have no type of their own there; the outermost one is the run of the agent.
  const isRun = ids.parentSpanId === null && sent[genAi.operation] === 'chain';
  const content = contentOf(observation, name);
  const scope = objectOf(metadata.scope)?.name;
  const isError = observation.level === 'ERROR';
  const lost = truncated(observation.metadata);
  return {
    span: {
      traceId: ids.traceId,
      spanId: ids.spanId,
      parentSpanId: ids.parentSpanId,
      name,
      scope: typeof scope === 'string' ? scope : '',
      startUnixNano: unixNanoOf(observation.startTime),
      endUnixNano: unixNanoOf(observation.endTime),
      statusCode: isError ? 'error' : 'unset',
      statusMessage: typeof observation.statusMessage === 'string' ? observation.statusMessage : '',
      attributes: {
        ...genaiAttributes(content),
        ...known(sent),
        ...ownAttributes(observation, metadata, isRun),
        ...ids.kept,
        ...marked(lost),
      },
      resource: objectOf(metadata.resourceAttributes) ?? {},
      events: [],
    },
    ...(lost.length === 0 ? {} : { lost: ['a value of the metadata was cut off by the API at 200 characters'] }),
  };
}

/** An agent's own input is not said again: whoever reads `langfuse.observation.input` knows that it is a guess. */
function contentOf(observation: JsonObject, name: string): SpanContent {
  const type = textOf(observation.type ?? '');
  const kind = (Object.hasOwn(kinds, type) ? kinds[type] : undefined) ?? 'other';
  const input = jsonOf(observation.input);
  return {
    kind,
    name,
    input: kind === 'tool-call' ? unwrapped(input, 'input') : input,
    output: jsonOf(observation.output),
    model: text(observation.providedModelName) ?? text(observation.model),
    usage: usageOf(objectOf(observation.usageDetails)),
  };
}

/** What the agent sent stands above what is derived, but for operations that are none of the conventions'. */
function known(sent: JsonObject): JsonObject {
  const operation = sent[genAi.operation];
  if (typeof operation !== 'string' || operations.has(operation)) return sent;
  const { [genAi.operation]: _, ...others } = sent;
  return { ...others, 'langfuse.sent.operation': operation };
}

/** Under the names by which Langfuse takes them over OTLP, so that nothing of an observation is lost. */
function ownAttributes(observation: JsonObject, metadata: JsonObject, isRun: boolean): JsonObject {
  const type = isRun ? 'agent' : observation.type;
  const others = Object.fromEntries(Object.entries(metadata).filter(([name, value]) => !(sentAs.has(name) && objectOf(value))));
  return presentMembers(
    [
      ['langfuse.observation.type', typeof type === 'string' ? type.toLowerCase() : undefined],
      ['langfuse.observation.input', observation.input],
      ['langfuse.observation.output', observation.output],
      ['langfuse.observation.level', observation.level === 'DEFAULT' ? undefined : observation.level],
      ['langfuse.observation.metadata', objectOf(observation.metadata) ? others : observation.metadata],
      ['langfuse.observation.model.parameters', observation.modelParameters],
      ['langfuse.observation.usage_details', observation.usageDetails],
      ['langfuse.observation.cost_details', observation.costDetails],
      ['langfuse.observation.prompt.name', observation.promptName],
      ['langfuse.observation.prompt.version', observation.promptVersion],
      ['langfuse.observation.completion_start_time', observation.completionStartTime],
      ['langfuse.environment', observation.environment],
      ['langfuse.version', observation.version],
      ['user.id', observation.userId],
      ['session.id', observation.sessionId],
    ],
    isEmpty,
  );
}

/** Exports say of every observation that it has no costs: `{}`. */
function isEmpty(value: JsonValue): boolean {
  return value !== null && typeof value === 'object' && Object.keys(value).length === 0;
}

/** Langfuse counts cached tokens apart from `input`; the conventions count them in. */
function usageOf(details: JsonObject | undefined): SpanContent['usage'] {
  if (!details) return undefined;
  const count = (...names: readonly string[]) => names.map((name) => details[name]).find((value) => typeof value === 'number');
  const cacheRead = count('cache_read_input_tokens', 'input_cached_tokens', 'input_cache_read');
  const cacheWrite = count('cache_creation_input_tokens', 'cache_write_input_tokens', 'input_cache_creation');
  const input = count('input', 'input_tokens', 'prompt_tokens');
  const output = count('output', 'output_tokens', 'completion_tokens');
  return {
    ...(input === undefined ? {} : { input: input + (cacheRead ?? 0) + (cacheWrite ?? 0) }),
    ...(output === undefined ? {} : { output }),
    ...(cacheRead === undefined ? {} : { cacheRead }),
    ...(cacheWrite === undefined ? {} : { cacheWrite }),
  };
}

/** The API gives metadata as paths (`attributes.gen_ai.system`), exports give it nested, also as JSON text. */
function nestedMetadata(metadata: JsonValue | undefined): JsonObject {
  const found = objectOf(metadata) ?? {};
  const groups = new Map<string, [string, JsonValue][]>();
  const others: [string, JsonValue][] = [];
  for (const [path, value] of Object.entries(found)) {
    const [, group, name] = /^(attributes|resourceAttributes|scope)\.(.+)$/.exec(path) ?? [];
    if (group === undefined || name === undefined) others.push([path, jsonOf(value)]);
    else groups.set(group, [...(groups.get(group) ?? []), [name, value]]);
  }
  return Object.fromEntries([...others, ...[...groups].map(([group, entries]) => [group, Object.fromEntries(entries)] as const)]);
}

/** Paths whose value is exactly as long as the API cuts them. */
function truncated(metadata: JsonValue | undefined): string[] {
  return Object.entries(objectOf(metadata) ?? {}).flatMap(([path, value]) =>
    typeof value === 'string' && value.length === 200 && path.includes('.') ? [path] : [],
  );
}

function marked(lost: readonly string[]): JsonObject {
  return lost.length === 0 ? {} : { 'docket.unreadable': `Langfuse cut off ${lost.slice(0, 5).join(', ')} at 200 characters.` };
}

function unwrapped(value: JsonValue, name: string): JsonValue {
  const object = objectOf(value);
  return object && Object.keys(object).length === 1 && objectOf(object[name]) ? (object[name] ?? null) : value;
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

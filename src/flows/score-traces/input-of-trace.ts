import type { Agent } from '../../agent/define-agent.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { InputFrom, RecordedRun } from '../../contracts/input-from.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { Trace } from '../../contracts/trace.ts';
import type { TraceStore } from '../../traces/store/trace-store.ts';
import { conversationOf, holdsMore } from './conversation-of.ts';
import { jsonIn } from './json-in.ts';
import { isObject } from './run-of-trace.ts';

/** Says that the agent's own way to read the input failed; stands before the reason. */
const failed = 'inputFrom';

/**
 * The traces with their inputs as the agent says that they are read. What its `inputFrom` cannot read stays as it was recorded, and a gap says why.
 * @throws {DocketError} when `inputFrom` is nothing that there is
 */
export async function* tracesWithInput(agent: Agent, store: TraceStore, traces: AsyncIterable<Trace>): AsyncGenerator<Trace> {
  for await (const trace of traces) yield await traceWithInput(agent, store, trace);
}

/** As `tracesWithInput`, for one. @throws {DocketError} likewise */
export async function traceWithInput(agent: Agent, store: TraceStore, trace: Trace): Promise<Trace> {
  return agent.inputFrom === undefined ? trace : await withInput(agent, agent.inputFrom, trace, store);
}

/** Why the agent's `inputFrom` could not read a trace; undefined where it could, or was not asked. */
export function inputFault({ gaps }: Trace): string | undefined {
  return gaps.find(({ code, message }) => code === 'input-incomplete' && message.startsWith(failed))?.message;
}

async function withInput(agent: Agent, from: InputFrom, trace: Trace, store: TraceStore): Promise<Trace> {
  const attributes =
    typeof from === 'function' || (typeof from === 'object' && from !== null && 'attribute' in from)
      ? await attributesOf(trace, store)
      : {};
  const read = readInput(from, {
    traceId: trace.traceId,
    userMessage: trace.userMessage,
    session: trace.session,
    input: trace.input,
    get conversation() {
      return conversationOf(trace.conversation);
    },
    attributes,
  });
  const gaps = trace.gaps.filter(({ code }) => code !== 'input-incomplete');
  if (typeof read === 'string') return { ...trace, gaps: [...gaps, { code: 'input-incomplete', message: `${failed} ${read}` }] };
  const { success, error } = agent.input.safeParse(read);
  const [issue] = success ? [] : (error?.issues ?? []);
  const fault = issue
    ? `${failed} gave an input that is not whole: ${issue.path.join('.') || 'it'}: ${issue.message}`
    : isConversation(from)
      ? await conversationFault(trace, store)
      : undefined;
  return { ...trace, input: read, gaps: fault ? [...gaps, { code: 'input-incomplete', message: fault }] : gaps };
}

/** @returns what is wrong, in words that follow the name of the option */
function readInput(from: InputFrom, run: RecordedRun): JsonObject | string {
  if (typeof from === 'function') return askedFor(from, run);
  if (from === 'json')
    return run.userMessage === null ? noMessage : (jsonIn(run.userMessage) ?? 'found no JSON object in the user message.');
  if (typeof from === 'object' && from !== null && 'userMessage' in from && typeof from.userMessage === 'string')
    return run.userMessage === null ? noMessage : { [from.userMessage]: run.userMessage };
  if (isConversation(from))
    return run.conversation.length === 0 ? noMessage : { [from.conversation]: [...run.conversation] as unknown as JsonValue };
  if (typeof from === 'object' && from !== null && 'attribute' in from && typeof from.attribute === 'string') {
    const name = from.attribute;
    if (!Object.hasOwn(run.attributes, name)) return `found no attribute "${name}" in the run.`;
    const found = run.attributes[name] ?? null;
    if (isObject(found)) return found;
    return (typeof found === 'string' ? jsonIn(found) : undefined) ?? `found no JSON object in the attribute "${name}".`;
  }
  throw new DocketError(
    `The agent's "inputFrom" is ${JSON.stringify(from)}. Expected 'json', { userMessage: '<field>' }, { conversation: '<field>' }, { attribute: '<name>' } or a function.`,
  );
}

function isConversation(from: InputFrom): from is { readonly conversation: string } {
  return typeof from === 'object' && from !== null && 'conversation' in from && typeof from.conversation === 'string';
}

/** Why the conversation that was read may not be all that was said. */
async function conversationFault({ agent, session, conversation, startedAt }: Trace, store: TraceStore): Promise<string | undefined> {
  if (holdsMore(conversation)) return `${failed} left out what is no text in the conversation (an image, a file).`;
  if (session === null || startedAt === null || conversation.some(({ role }) => role !== 'user')) return undefined;
  const earlier = await store.list({ session, until: startedAt, limit: 1, ...(agent === null ? {} : { agent }) });
  if (earlier.length === 0) return undefined;
  return `${failed} found one turn, and earlier runs of its session are traces of their own: what was said before may be missing.`;
}

const noMessage = 'found no user message in the run.';

/** Whatever a function does costs the input of that run only. */
function askedFor(read: (run: RecordedRun) => unknown, run: RecordedRun): JsonObject | string {
  try {
    const given = read(run);
    if (given instanceof Promise) {
      given.catch(() => {});
      return 'gave a promise; it has to give the input at once.';
    }
    // As JSON, which is what a case file can hold.
    const value = given === undefined ? undefined : (JSON.parse(JSON.stringify(given) ?? 'null') as JsonValue);
    return value !== undefined && isObject(value) ? value : `gave ${kindOf(value)} instead of an object.`;
  } catch (error) {
    return `failed: ${(error instanceof Error ? error.message : String(error)).slice(0, 200)}`;
  }
}

function kindOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return 'nothing';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

/** The outermost span's first: what it says of the run is said of the whole. */
async function attributesOf(trace: Trace, store: TraceStore): Promise<Readonly<Record<string, JsonValue>>> {
  const bySpan = new Map((await store.spans(trace.traceId)).map(({ spanId, attributes }) => [spanId, attributes]));
  const all = new Map<string, JsonValue>();
  for (const { spanId } of trace.spans) {
    for (const [name, value] of Object.entries(bySpan.get(spanId) ?? {})) if (!all.has(name)) all.set(name, value);
  }
  return Object.fromEntries(all);
}

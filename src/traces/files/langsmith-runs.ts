import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { genaiAttributes, type SpanContent } from '../importers/genai-attributes.ts';
import type { SpanPage } from '../importers/importer.ts';
import { objectOf } from '../importers/json-text.ts';
import { readRecords } from '../importers/read-records.ts';
import { unixNanoOf } from '../importers/unix-nano.ts';
import type { FileFormat } from './file-format.ts';
import { objectsIn, spanOf, wordsIn } from './span-of.ts';

/** Runs as LangSmith's SDK sends them in batches, and as its interface and exports give them: https://docs.langchain.com/langsmith/run-data-format. */
export const langsmithRuns: FileFormat = {
  title: 'LangSmith',
  recognises: (first) => runsIn(first).some((run) => 'run_type' in run),
  read: (records): SpanPage => {
    const runs = new Map<string, JsonObject>();
    const others: JsonValue[] = [];
    for (const record of records) {
      const found = objectOf(record);
      if (!found) others.push(record);
      // What is sent when a run ends completes what was sent when it began.
      for (const run of found ? runsIn(found) : []) {
        if (typeof run.id === 'string') runs.set(run.id, { ...runs.get(run.id), ...withoutNull(run) });
        else others.push(run);
      }
    }
    return readRecords([...runs.values(), ...others], (run) =>
      typeof run.id === 'string' ? { span: readRun(run) } : { lost: ['the run has no id'] },
    );
  },
};

function runsIn(record: JsonObject): JsonObject[] {
  const lists = ['post', 'patch', 'runs'].flatMap((name) => objectsIn(record[name]));
  return lists.length > 0 ? lists : [record];
}

function withoutNull(run: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(run).filter(([, value]) => value !== null));
}

function readRun(run: JsonObject): RawSpan {
  const id = String(run.id);
  const parent = wordsIn(run.parent_run_id) ?? null;
  const metadata = objectOf(objectOf(run.extra)?.metadata) ?? {};
  const error = wordsIn(run.error);
  return spanOf({
    traceId: wordsIn(run.trace_id) ?? id,
    spanId: id,
    parentSpanId: parent,
    name: String(run.name ?? ''),
    scope: 'langsmith',
    start: unixNanoOf(run.start_time),
    end: unixNanoOf(run.end_time),
    ...(error === undefined ? {} : { error }),
    attributes: {
      ...genaiAttributes(contentOf(run, parent === null, metadata)),
      'langsmith.run_type': run.run_type ?? 'chain',
      'langsmith.inputs': run.inputs ?? {},
      'langsmith.outputs': run.outputs ?? {},
      // What LangSmith calls a session is a project; a conversation is a thread.
      ...(wordsIn(run.thread_id) ? { 'session.id': String(run.thread_id) } : {}),
      ...(wordsIn(run.session_name) ? { 'langsmith.project': String(run.session_name) } : {}),
      ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`langsmith.metadata.${name}`, value])),
    },
  });
}

const kinds: Readonly<Record<string, SpanContent['kind']>> = { llm: 'model-call', tool: 'tool-call' };

function contentOf(run: JsonObject, isRoot: boolean, metadata: JsonObject): SpanContent {
  const type = String(run.run_type);
  const kind = (Object.hasOwn(kinds, type) ? kinds[type] : undefined) ?? (isRoot ? 'agent' : 'other');
  const outputs = objectOf(run.outputs) ?? {};
  const usage =
    objectOf(outputs.usage_metadata) ?? objectOf(messageIn(outputs)?.usage_metadata) ?? objectOf(objectOf(outputs.llm_output)?.token_usage);
  const count = (...names: readonly string[]) => names.map((name) => usage?.[name]).find((value) => typeof value === 'number');
  const [input, output] = [count('input_tokens', 'prompt_tokens'), count('output_tokens', 'completion_tokens')];
  return {
    kind,
    name: String(run.name ?? ''),
    input: given(run.inputs),
    output: kind === 'model-call' ? (answerIn(outputs) ?? run.outputs ?? null) : given(run.outputs),
    model: wordsIn(metadata.ls_model_name),
    provider: wordsIn(metadata.ls_provider),
    usage: { ...(input === undefined ? {} : { input }), ...(output === undefined ? {} : { output }) },
  };
}

/** What stands alone under `input` or `output` is the value itself. */
function given(value: JsonValue | undefined): JsonValue {
  const object = objectOf(value);
  const [name, ...more] = Object.keys(object ?? {});
  return object && more.length === 0 && (name === 'input' || name === 'output') ? (object[name] ?? null) : (value ?? null);
}

/** The answer of a model: generations of LangChain, choices, or a message. */
function answerIn(outputs: JsonObject): JsonValue | undefined {
  const message = messageIn(outputs);
  if (message) return message;
  const [first] = Array.isArray(outputs.generations) ? outputs.generations.flat() : [];
  return objectOf(first)?.text;
}

function messageIn({ generations, message }: JsonObject): JsonObject | undefined {
  const [first] = Array.isArray(generations) ? generations.flat() : [];
  const found = objectOf(objectOf(first)?.message) ?? objectOf(message);
  // LangChain serialises a message under `kwargs`.
  return found && objectOf(found.kwargs) && !('id' in found) ? objectOf(found.kwargs) : found;
}

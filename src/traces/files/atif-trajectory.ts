import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { TraceMessage } from '../../contracts/trace.ts';
import { readMessages } from '../dialects/read-messages.ts';
import type { SpanPage } from '../importers/importer.ts';
import { objectOf } from '../importers/json-text.ts';
import { unixNanoOf } from '../importers/unix-nano.ts';
import { type Said, spansOfConversation } from './conversation.ts';
import type { FileFormat } from './file-format.ts';
import { objectsIn, wordsIn } from './span-of.ts';

/** The Agent Trajectory Interchange Format of Harbor: https://www.harborframework.com/docs/agents/trajectory-format. */
export const atifTrajectory: FileFormat = {
  title: 'ATIF',
  recognises: ({ schema_version: version, steps }) => typeof version === 'string' && version.startsWith('ATIF') && Array.isArray(steps),
  read(records): SpanPage {
    const spans = records.flatMap((record, index) => {
      const trajectory = objectOf(record);
      const steps = trajectory?.steps;
      if (!trajectory || !Array.isArray(steps)) return [];
      const id = `atif ${wordsIn(trajectory.session_id) ?? index}`;
      const { name, model_name: model } = objectOf(trajectory.agent) ?? {};
      const said = steps.flatMap((step) => saidIn(objectOf(step) ?? {}, wordsIn(model)));
      return spansOfConversation({ id, agent: wordsIn(name) ?? null, said });
    });
    const unread = records.flatMap((record, index) =>
      Array.isArray(objectOf(record)?.steps) ? [] : [{ reason: 'the record holds no steps', record: `record ${index + 1}`, kept: false }],
    );
    return { spans, unread };
  },
};

/** What a step said, and below it what its tools answered. */
function saidIn(step: JsonObject, model: string | undefined): Said[] {
  const isAgent = step.source === 'agent';
  const role = isAgent ? 'assistant' : step.source === 'system' ? 'system' : 'user';
  const calls = objectsIn(step.tool_calls);
  const metrics = objectOf(step.metrics);
  const message: TraceMessage = {
    role,
    parts: [
      ...(wordsIn(step.reasoning_content) ? [{ type: 'reasoning' as const, content: String(step.reasoning_content) }] : []),
      ...readMessages(step.message === '' ? null : (step.message ?? null), role).flatMap(({ parts }) => parts),
      ...calls.map((call) => ({
        type: 'tool_call' as const,
        id: wordsIn(call.tool_call_id) ?? null,
        name: String(call.function_name ?? ''),
        arguments: call.arguments ?? null,
      })),
    ],
  };
  const results = objectOf(step.observation)?.results;
  const answers = (Array.isArray(results) ? results : []).flatMap((result): TraceMessage[] => {
    const { source_call_id: id, content } = objectOf(result) ?? {};
    return [{ role: 'tool', parts: [{ type: 'tool_call_response', id: wordsIn(id) ?? null, response: content ?? null }] }];
  });
  const at = unixNanoOf(step.timestamp);
  const [input, output] = [numberIn(metrics?.prompt_tokens), numberIn(metrics?.completion_tokens)];
  const usage = { ...(input === undefined ? {} : { input }), ...(output === undefined ? {} : { output }) };
  return [
    { messages: [message], at, ...(isAgent ? { model: wordsIn(step.model_name) ?? model, usage } : {}) },
    ...(answers.length > 0 ? [{ messages: answers, at }] : []),
  ];
}

function numberIn(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

import { canonicalJson } from '../../contracts/canonical-json.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { TraceMessage } from '../../contracts/trace.ts';
import { tokens } from '../dialects/attribute-values.ts';
import { readMessages } from '../dialects/read-messages.ts';
import type { SpanPage } from '../importers/importer.ts';
import { objectOf } from '../importers/json-text.ts';
import { readRecords } from '../importers/read-records.ts';
import { unixNanoOf } from '../importers/unix-nano.ts';
import { type Said, spansOfConversation } from './conversation.ts';
import type { FileFormat } from './file-format.ts';
import { objectsIn, wordsIn } from './span-of.ts';

/** The Agent Trajectory Interchange Format of Harbor: https://www.harborframework.com/docs/agents/trajectory-format. */
export const atifTrajectory: FileFormat = {
  title: 'ATIF',
  recognises: ({ schema_version: version, steps }) => typeof version === 'string' && version.startsWith('ATIF') && Array.isArray(steps),
  read: (records): SpanPage =>
    readRecords(records, (trajectory) => {
      const { steps, session_id: session } = trajectory;
      if (!Array.isArray(steps)) return { lost: ['the record holds no steps'] };
      const { name, model_name: model } = objectOf(trajectory.agent) ?? {};
      const said = steps.flatMap((step) => saidIn(objectOf(step) ?? {}, wordsIn(model)));
      // Without a name of its own the same run is the same trace by what it says.
      return {
        spans: spansOfConversation({
          id: `atif ${wordsIn(session) ?? canonicalJson(trajectory)}`,
          agent: wordsIn(name) ?? null,
          said,
          attributes: wordsIn(session) ? { 'session.id': String(session) } : {},
        }),
      };
    }),
};

/** What a step said, and below it what its tools answered. */
function saidIn(step: JsonObject, model: string | undefined): Said[] {
  const isAgent = step.source === 'agent';
  const role = isAgent ? 'assistant' : step.source === 'system' ? 'system' : 'user';
  const calls = objectsIn(step.tool_calls);
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
  const metrics = objectOf(step.metrics) ?? {};
  const usage = { input: tokens(metrics, 'prompt_tokens'), output: tokens(metrics, 'completion_tokens') };
  return [
    { messages: [message], at, ...(isAgent ? { model: wordsIn(step.model_name) ?? model, usage } : {}) },
    ...(answers.length > 0 ? [{ messages: answers, at }] : []),
  ];
}

import { docketAttributes, genAi } from './telemetry.ts';
import type { RawSpan } from './trace.ts';

/** Begin the ids of what Docket's simulated model answers, by which it is known wherever its answers are told of. */
export const simulatedIds = { message: 'msg_simulated_', toolCall: 'toolu_simulated_' } as const;

/** Where frameworks keep the ids of answers and of tool calls. */
const idAttributes = [genAi.responseId, 'ai.response.id', 'llm.response.id', genAi.toolCallId, 'ai.toolCall.id', 'tool_call.id'];

/** True where a span tells of an answer of Docket's simulated model, whoever wrote it down: nothing was paid, and nothing is said of a real model. */
export function isSimulatedSpan({ attributes }: Pick<RawSpan, 'attributes'>): boolean {
  if (attributes[docketAttributes.mode] === 'simulated') return true;
  return idAttributes.some((name) => {
    const id = attributes[name];
    return typeof id === 'string' && (id.startsWith(simulatedIds.message) || id.startsWith(simulatedIds.toolCall));
  });
}

import { z } from 'zod';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { ToolCallStep } from '../contracts/transcript.ts';
import type { ToolAnswer } from './agent-run.ts';
import type { ToolVariant } from './tool-variant.ts';

/** A tool call as the model asked for it. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

export type AnsweredToolCall = ToolCallStep;

/**
 * Runs one tool call. Whatever goes wrong becomes an error result that the model reads, as the API intends: an unknown tool, arguments
 * that break the schema, a tool that throws or returns something other than text.
 */
export async function runToolCall(
  call: ToolCall,
  variant: ToolVariant<JsonObject, JsonObject>,
  agentInput: JsonObject,
  now: () => number,
): Promise<AnsweredToolCall> {
  const start = now();
  const answer = await answerOf(call, variant, agentInput);
  return {
    kind: 'tool-call',
    id: call.id,
    tool: call.name,
    input: (call.input ?? null) as JsonValue,
    ...answer,
    durationMs: now() - start,
  };
}

/** A tool call whose answer was given: no tool ran. */
export function toldToolCall({ id, name, input }: ToolCall, { result, isError }: ToolAnswer): AnsweredToolCall {
  return { kind: 'tool-call', id, tool: name, input: (input ?? null) as JsonValue, result, isError, durationMs: 0 };
}

async function answerOf(
  call: ToolCall,
  variant: ToolVariant<JsonObject, JsonObject>,
  agentInput: JsonObject,
): Promise<{ readonly result: string; readonly isError: boolean }> {
  const tool = variant.tools.get(call.name);
  if (!tool) return { result: `There is no tool "${call.name}". There is: ${[...variant.tools.keys()].join(', ')}.`, isError: true };
  const parsed = variant.inputSchemas.get(call.name)?.safeParse(call.input);
  if (parsed && !parsed.success)
    return { result: `The arguments of ${call.name} are not valid: ${z.prettifyError(parsed.error)}`, isError: true };
  try {
    const result: unknown = await tool.run(call.input as JsonObject, agentInput);
    if (typeof result === 'string') return { result, isError: false };
    return { result: `${call.name} failed: it returned ${result === null ? 'null' : typeof result} instead of text.`, isError: true };
  } catch (error) {
    return { result: `${call.name} failed: ${error instanceof Error ? error.message : String(error)}`, isError: true };
  }
}

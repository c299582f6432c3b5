import { fromJsonSchema } from '../contracts/from-json-schema.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { ModelAnswer } from '../model/model.ts';
import { ModelError } from '../model/model-error.ts';
import { answerEnd } from './answer-end.ts';
import { type DecidingVersion, decisionToolOf, givenDecision } from './decision-tool.ts';
import { checkedDecision, readDecision } from './read-decision.ts';

/**
 * The decisions that may be read out of a model's answers, for whoever checks what was read: those of the last turn, or, where that ends without a
 * word, those that came beside an earlier turn's calls.
 */
export function saidDecisions(version: DecidingVersion, answers: readonly ModelAnswer[]): JsonObject[] {
  const turns: ModelAnswer['content'][] = [];
  let goesOn = false;
  for (const answer of answers) {
    turns.push([...(goesOn ? (turns.pop() ?? []) : []), ...answer.content]);
    goesOn = isResumed(answer);
  }
  const schema = fromJsonSchema(version.toolVariant.decisionJsonSchema) as Parameters<typeof readDecision>[1];
  const tool = decisionToolOf(version)?.name;
  const decisionsIn = (content: ModelAnswer['content']): JsonObject[] => {
    const calls = content.flatMap((block) => (block.type === 'tool_use' && block.name === tool ? [givenDecision(block.input)] : []));
    const read = [readDecision(content, schema), ...calls.map((call) => checkedDecision(call, '', schema))];
    return read.flatMap((outcome) => (outcome.kind === 'decided' ? [outcome.decision] : []));
  };
  const last = turns.at(-1) ?? [];
  const found = decisionsIn(last);
  if (found.length > 0 || readDecision(last, schema).kind !== 'no-decision') return found;
  return (
    turns
      .slice(0, -1)
      .map(decisionsIn)
      .findLast((decisions) => decisions.length > 0) ?? []
  );
}

/** True for an answer that goes on in the next one. */
export function isResumed(answer: ModelAnswer): boolean {
  try {
    return answerEnd(answer) === 'resume';
  } catch (error) {
    if (error instanceof ModelError) return false;
    throw error;
  }
}

import type { JsonObject } from '../../contracts/json.ts';
import type { Model, ModelAnswer, ModelRequest } from '../../model/model.ts';

/** A model whose answers are changed on their way. */
export function changedAnswer(model: Model, change: (answer: ModelAnswer, request: ModelRequest) => ModelAnswer): Model {
  return { ...model, create: async (request, context) => change(await model.create(request, context), request) };
}

/** A model that decides otherwise: what it says as text, where that is a decision, or gives to a tool of the name `decide`. */
export function changedDecision(model: Model, change: (decision: JsonObject, request: ModelRequest) => JsonObject): Model {
  return changedAnswer(model, (answer, request) => ({
    ...answer,
    content: answer.content.map((block) => {
      if (block.type !== 'text') return block;
      const decision = decisionIn(block.text);
      return decision ? { ...block, text: JSON.stringify(change(decision, request)) } : block;
    }),
  }));
}

function decisionIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

import { decisionToolOf } from '../../agent/decision-tool.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { Model, ModelAnswer, ModelRequest } from '../../model/model.ts';

/** A model whose answers are changed on their way. */
export function changedAnswer(model: Model, change: (answer: ModelAnswer, request: ModelRequest) => ModelAnswer): Model {
  return { ...model, create: async (request, context) => change(await model.create(request, context), request) };
}

/** A model that decides otherwise, whether it says its decision or gives it to the tool that decides (`decideBy`). Other words of it stay. */
export function changedDecision(model: Model, change: (decision: JsonObject, request: ModelRequest) => JsonObject): Model {
  return changedAnswer(model, (answer, request) => ({
    ...answer,
    content: answer.content.map((block) => {
      if (block.type === 'tool_use' && decides(block.name, request) && isObject(block.input))
        return { ...block, input: change(block.input, request) };
      if (block.type !== 'text') return block;
      const decision = decisionIn(block.text);
      return decision ? { ...block, text: JSON.stringify(change(decision, request)) } : block;
    }),
  }));
}

const decisionTool =
  decisionToolOf({ settings: { decideBy: 'tool' }, toolVariant: { definitions: [], decisionJsonSchema: {} } })?.name ?? '';

/** The tool that decides has the longest of the names that are alike: it gives way to tools of the agent's own. */
function decides(name: string, { output_config, tools = [] }: ModelRequest): boolean {
  if (output_config?.format) return false;
  const alike = tools.map((tool) => ('name' in tool ? tool.name : '')).filter((each) => each.replace(/_+$/, '') === decisionTool);
  return name === alike.toSorted((one, other) => one.length - other.length).at(-1);
}

function decisionIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

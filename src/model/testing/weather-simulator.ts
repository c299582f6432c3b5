import type { ModelContext, ModelRequest } from '../model.ts';
import type { Simulator } from '../simulator.ts';

/** A small domain for tests: asks for two places' weather, then says which is warmer. Its wording varies between trials. */
export const weatherSimulator: Simulator = {
  source: import.meta.url,
  respond(request, random, slipping) {
    const last = request.messages.at(-1);
    const results = typeof last?.content === 'string' ? [] : (last?.content ?? []).filter((block) => block.type === 'tool_result');
    if (results.length > 0) {
      const told = results.map((block) => JSON.stringify(block.content)).join(' and ');
      return { content: [{ type: 'text', text: JSON.stringify({ warmer: slipping ? 'none' : 'Paris', told }) }], stopReason: 'end_turn' };
    }
    const wordings = ['Let me look — ☀ both.', 'I look it up.', 'One moment.'];
    return {
      content: [
        { type: 'text', text: wordings[Math.floor(random() * wordings.length)] ?? '' },
        { type: 'tool_use', name: 'weather', input: { place: 'Berlin', days: [1, 2] } },
        { type: 'tool_use', name: 'weather', input: { place: 'Paris' } },
      ],
      stopReason: 'tool_use',
    };
  },
};

/** A request as the tool loop builds its first one. */
export function weatherRequest(changes: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'claude-haiku-4-5',
    max_tokens: 1000,
    system: [{ type: 'text', text: 'You know the weather.' }],
    tools: [
      { name: 'weather', description: 'Weather of a place', input_schema: { type: 'object', properties: { place: { type: 'string' } } } },
    ],
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Which is warmer, Berlin or Paris?' }] }],
    output_config: {
      effort: 'low',
      format: { type: 'json_schema', schema: { type: 'object', properties: { warmer: { type: 'string' } } } },
    },
    ...changes,
  };
}

/** What a trial tells the model. */
export function trialContext(changes: Partial<ModelContext> = {}): ModelContext {
  return { series: 'test', trialNumber: 1, signal: AbortSignal.timeout(20_000), ...changes };
}

import { modelCallStep } from '../../agent/model-call-step.ts';
import { chargesOfCall } from '../../contracts/charged.ts';
import type { ModelQuestion } from '../../contracts/scorer.ts';
import type { Model, ModelRequest } from '../../model/model.ts';
import type { PriceBook } from '../../model/price-book.ts';
import { simulatedModel } from '../../model/simulated.ts';
import type { AskModel } from './scorer-call.ts';

/**
 * Asks a session's model what scorers want to know: the same limits, retries and budget as for trials.
 * @param open who answers; undefined where nobody does
 */
export function askModel(open: () => Model | undefined, prices: PriceBook): AskModel {
  return async (question, signal) => {
    const asked = open();
    const model = asked?.mode === 'simulated' ? standIn(question) : asked;
    if (!model) return undefined;
    const { series, number } = question;
    const answer = await model.create(requestOf(question), { series, trialNumber: number, signal });
    const dollars = prices.dollarsOfCharges(chargesOfCall(modelCallStep(answer, question.model, 0)));
    const text = answer.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
    return {
      text: answer.stop_reason === 'refusal' ? '' : text,
      model: answer.model,
      mode: answer._stand_in ?? model.mode,
      ...(dollars === undefined ? {} : { dollars: model.mode === 'live' ? dollars : 0 }),
    };
  };
}

function requestOf({ model, system, message, schema, maxTokens }: ModelQuestion): ModelRequest {
  return {
    model,
    max_tokens: maxTokens,
    system: [{ type: 'text', text: system }],
    messages: [{ role: 'user', content: message }],
    output_config: { format: { type: 'json_schema', schema } },
  };
}

/** The agent's own simulator knows nothing of judging: the scorer brings what answers in its place. */
function standIn({ simulated, message }: ModelQuestion): Model | undefined {
  if (!simulated) return undefined;
  return simulatedModel({
    source: import.meta.url,
    respond: (_, random) => ({ content: [{ type: 'text', text: simulated(message, random) }], stopReason: 'end_turn' }),
  });
}

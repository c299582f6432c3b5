import type { JsonValue } from '../contracts/json.ts';
import type { ModelCallStep } from '../contracts/transcript.ts';
import { chargesOf } from '../model/charges.ts';
import type { ModelAnswer } from '../model/model.ts';
import { usageOf } from '../model/usage.ts';

/** A model's answer as a transcript has it. @param asked the model that was asked for */
export function modelCallStep(answer: ModelAnswer, asked: string, durationMs: number): ModelCallStep {
  const charges = chargesOf(answer, asked);
  return {
    kind: 'model-call',
    model: answer.model,
    ...(answer._stand_in ? { standIn: answer._stand_in } : {}),
    stopReason: answer.stop_reason ?? null,
    content: answer.content as unknown as JsonValue[],
    usage: usageOf(answer),
    ...(charges ? { charges } : {}),
    durationMs,
    ...(answer._request_id ? { requestId: answer._request_id } : {}),
    ...(answer._lost_tries ? { lostTries: answer._lost_tries } : {}),
  };
}

import type { Outcome } from '../contracts/trial.ts';
import type { ModelAnswer } from '../model/model.ts';
import { ModelError } from '../model/model-error.ts';
import { isBlank } from './sent-back.ts';

/** What follows an answer: tools are run, the turn goes on, the decision is read, or the trial is over. */
export type AnswerEnd = 'tools' | 'resume' | 'decision' | Outcome;

/** Words of other servers for the API's reasons. */
const otherWords: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  eos: 'end_turn',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
  length: 'max_tokens',
  content_filter: 'refusal',
};

/**
 * What follows an answer. Whatever reason it gives for its end, tool calls are calls: some servers give none, or the wrong one.
 * @throws {ModelError} for a reason that nobody knows, and for calls that are announced and not made
 */
export function answerEnd({ stop_reason: reason, stop_details: details, content }: ModelAnswer): AnswerEnd {
  const known = reason ? (otherWords[reason] ?? reason) : 'end_turn';
  if (known === 'max_tokens' || known === 'model_context_window_exceeded') return { kind: 'truncated', stopReason: known };
  if (known === 'refusal') return { kind: 'refused', category: details?.category ?? null, explanation: details?.explanation ?? null };
  if (!['end_turn', 'stop_sequence', 'tool_use', 'pause_turn'].includes(known)) {
    throw new ModelError('response', `The model stopped for an unknown reason (${JSON.stringify(reason)}).`, { retryable: false });
  }
  if (content.some(({ type }) => type === 'tool_use')) return 'tools';
  if (known === 'pause_turn') return 'resume';
  if (known === 'tool_use' && !content.some((block) => block.type === 'text' && !isBlank(block.text))) {
    throw new ModelError('response', 'The model stopped to use a tool and named none.', { retryable: true });
  }
  return 'decision';
}

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
  content_filtered: 'refusal',
  guardrail_intervened: 'refusal',
  safety: 'refusal',
  recitation: 'refusal',
  prohibited_content: 'refusal',
  blocklist: 'refusal',
  max_output_tokens: 'max_tokens',
  max_completion_tokens: 'max_tokens',
  max_length: 'max_tokens',
  token_limit: 'max_tokens',
  context_length_exceeded: 'model_context_window_exceeded',
};

/** Words for an answer that something else than the model ended. */
const brokenOff = /error|abort|cancel|interrupt|fail|timeout|timed_out|incomplete|disconnect/;

const knownReasons: ReadonlySet<string> = new Set([...Object.values(otherWords), 'stop_sequence', 'pause_turn']);

/** The reason in the API's word; null for one that nobody knows. */
function reasonOf({ stop_reason: reason }: Pick<ModelAnswer, 'stop_reason'>): string | null {
  if (!reason) return 'end_turn';
  const word = reason.toLowerCase();
  const known = otherWords[word] ?? word;
  return knownReasons.has(known) || brokenOff.test(known) ? known : null;
}

/** That an answer ended for a reason that nobody knows, as a clause; undefined for one that did not. */
export function strangeEnd(answer: Pick<ModelAnswer, 'stop_reason'>): string | undefined {
  return reasonOf(answer) === null
    ? `the model stopped for a reason that is not known, ${JSON.stringify(answer.stop_reason?.slice(0, 64))}`
    : undefined;
}

/**
 * What follows an answer. Whatever reason it gives for its end, tool calls are calls: some servers give none, or the wrong one. Of one that ended for a
 * reason that nobody knows, what it says counts.
 * @throws {ModelError} for one that something else than the model ended, and for calls that are announced and not made
 */
export function answerEnd(answer: Pick<ModelAnswer, 'stop_reason' | 'stop_details' | 'content'>): AnswerEnd {
  const { stop_details: details, content } = answer;
  const reason = reasonOf(answer);
  if (reason === 'max_tokens' || reason === 'model_context_window_exceeded') return { kind: 'truncated', stopReason: reason };
  if (reason === 'refusal') return { kind: 'refused', category: details?.category ?? null, explanation: details?.explanation ?? null };
  if (reason !== null && brokenOff.test(reason))
    throw new ModelError('server', `The model server broke the answer off (stop_reason ${JSON.stringify(reason)}).`, { retryable: true });
  if (content.some(({ type }) => type === 'tool_use')) return 'tools';
  if (reason === 'pause_turn') return 'resume';
  if (reason === 'tool_use' && !content.some((block) => block.type === 'text' && !isBlank(block.text))) {
    throw new ModelError('response', 'The model stopped to use a tool and named none.', { retryable: true });
  }
  return 'decision';
}

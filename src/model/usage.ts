import type { Usage } from '../contracts/transcript.ts';
import type { ModelAnswer } from './model.ts';

/** The tokens of one answer. */
export function usageOf({ usage }: Pick<ModelAnswer, 'usage'>): Usage {
  return {
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
    cacheReadTokens: usage.cache_read_input_tokens ?? 0,
  };
}

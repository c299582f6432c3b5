import { expect, test } from 'vitest';
import { infraErrorKindSchema } from '../contracts/trial.ts';
import { errorText, infraErrorText } from './error-text.ts';

/** Copied from promptfoo 0.123.1's scheduler (`shouldRetry`, `isProviderResponseRateLimited`), which looks into error texts. */
function wouldRetry(text: string): boolean {
  const lower = text.toLowerCase();
  return ['429', 'rate limit', 'too many requests', 'timeout', 'econnrefused', 'network', '502', '503', '504', 'quota exceeded:'].some(
    (word) => lower.includes(word),
  );
}

test.each(infraErrorKindSchema.options)('%s is told without a word that promptfoo reacts to', (error) => {
  const text = infraErrorText({ kind: 'infra-error', error, message: 'HTTP 429: network timeout 502', retryable: false });
  expect(text).toMatch(/^Neither a pass nor a fail: /);
  expect(wouldRetry(text)).toBe(false);
});

test('the detail is kept when it is harmless, with its escapes written out', () => {
  expect(errorText('It failed.', 'No such \u001b[31mversion\u202e.')).toBe('It failed. No such \\u001b[31mversion\\u202e.');
  for (const detail of ['max_loan 142900', 'Rate limit', 'a Network', 'socket hang up', 'ECONNRESET', ''])
    expect(errorText('It failed.', detail)).toBe('It failed.');
});

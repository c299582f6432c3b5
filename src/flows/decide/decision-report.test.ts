import { expect, it } from 'vitest';
import { whyNone } from './decision-report.ts';

it.each([
  ['max_tokens', /settings\.maxTokens/],
  ['model_context_window_exceeded', /a model that holds more/],
] as const)('names the remedy for an answer that was cut off: %s', (stopReason, remedy) => {
  const [why, code] = whyNone({ kind: 'truncated', stopReason });
  expect(why).toMatch(remedy);
  expect(why.includes('maxTokens')).toBe(stopReason === 'max_tokens');
  expect(code).toBe(1);
});

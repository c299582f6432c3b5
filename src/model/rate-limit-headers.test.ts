import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readRateLimits } from './rate-limit-headers.ts';

const date = new Date('2026-08-19T14:34:50Z');

it.each([
  [{ 'retry-after': '7' }, 7000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after': 'Wed, 19 Aug 2026 14:34:59 GMT' }, 9000],
  [{ 'retry-after': 'Wed, 19 Aug 2026 14:00:00 GMT' }, 0],
  [{ 'retry-after': '7', 'retry-after-ms': '250' }, 250],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '-3' }, 0],
  [{ 'retry-after': `${'9'.repeat(400)}` }, undefined],
  [{}, undefined],
])('reads %j', (headers, expected) => {
  const { retryAfterMs } = readRateLimits(new Headers(headers as Record<string, string>), date);
  // Some engines read "-3" as a date in the past: either way nobody waits.
  expect(retryAfterMs ?? 0).toBe(expected ?? 0);
});

it('reads the allowances of a recorded answer', () => {
  const headers = new Headers({
    'anthropic-ratelimit-requests-limit': '10000',
    'anthropic-ratelimit-requests-remaining': '9999',
    'anthropic-ratelimit-requests-reset': '2026-08-19T14:34:52Z',
    'anthropic-ratelimit-output-tokens-limit': '2000000',
    'anthropic-ratelimit-output-tokens-remaining': '0',
    'anthropic-ratelimit-output-tokens-reset': '2026-08-19T14:35:20Z',
  });
  expect(readRateLimits(headers, date)).toEqual({
    requests: { limit: 10_000, remaining: 9_999, resetMs: 2000 },
    tokens: [{ limit: 2_000_000, remaining: 0, resetMs: 30_000 }],
  });
});

it('never gives a wait that is no number', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
      const headers = new Headers({ 'retry-after': text.trim(), 'anthropic-ratelimit-requests-limit': text.trim() });
      const { retryAfterMs } = readRateLimits(headers, date);
      expect(retryAfterMs === undefined || (Number.isFinite(retryAfterMs) && retryAfterMs >= 0)).toBe(true);
    }),
  );
});

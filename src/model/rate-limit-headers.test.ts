import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
  [{ 'retry-after': '9'.repeat(400) }, undefined],
  [{ 'retry-after': '9'.repeat(15) }, 999_999_999_999_999_000],
  [{ 'retry-after': '1.123456789' }, 1123.456789],
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
    tokens: [{ kind: 'output-tokens', limit: 2_000_000, remaining: 0, resetMs: 30_000 }],
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

describe("the server's dates are counted from its own clock", () => {
  const here = new Date('2026-11-28T12:00:00Z');
  it.each([
    ['an hour ahead of ours', '2026-11-28T13:00:00Z'],
    ['an hour behind ours', '2026-11-28T11:00:00Z'],
    ['a day behind ours', '2026-11-27T12:00:00Z'],
  ])('which is %s', (_name, there) => {
    const later = new Date(Date.parse(there) + 3000);
    const headers = new Headers({
      date: new Date(there).toUTCString(),
      'retry-after': later.toUTCString(),
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': later.toISOString(),
      'anthropic-ratelimit-tokens-limit': '1000',
      'anthropic-ratelimit-tokens-remaining': '10',
      'anthropic-ratelimit-tokens-reset': later.toISOString(),
    });
    expect(readRateLimits(headers, here)).toEqual({
      serverTime: Date.parse(there),
      retryAfterMs: 3000,
      requests: { limit: 50, remaining: 0, resetMs: 3000 },
      tokens: [{ kind: 'tokens', limit: 1000, remaining: 10, resetMs: 3000 }],
    });
  });

  it.each([
    ['no clock', {}],
    ['a clock that cannot be read', { date: 'noon' }],
    ['a date of any length', { date: 'x'.repeat(10_000) }],
  ])('which tells %s: then ours counts', (_name, date) => {
    const headers = new Headers({ ...date, 'retry-after': 'Sat, 28 Nov 2026 12:00:02 GMT' } as Record<string, string>);
    expect(readRateLimits(headers, here).retryAfterMs).toBe(2000);
  });
});

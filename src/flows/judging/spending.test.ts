import { describe, expect, it } from 'vitest';
import type { FailedTrial, Trial } from '../../contracts/trial.ts';
import { PriceBook } from '../../model/price-book.ts';
import { tinyRequest } from '../../trials/testing/tiny-agent.ts';
import { SpendingTally } from './spending.ts';

const usage = { inputTokens: 1_000_000, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/** A trial that one call of a million tokens was made for: 3 dollars of claude-sonnet-4-6. */
function ended({ model = 'claude-sonnet-4-6', mode = 'live', failed = false, number = 1, reused = false } = {}) {
  const request = tinyRequest(1, number);
  const trial = {
    key: { ...request },
    mode,
    transcript: { userMessage: '', steps: [{ kind: 'model-call', model, stopReason: 'end_turn', content: [], usage, durationMs: 1 }] },
    usage,
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 1,
    infraRetries: 0,
    outcome: failed
      ? { kind: 'infra-error', error: 'server', message: 'down', retryable: true }
      : { kind: 'no-decision', reason: 'it said nothing' },
  } as unknown as Trial | FailedTrial;
  return { request, trial, reused };
}

describe('what trials cost', () => {
  it('counts a trial once, however often it is handed over', () => {
    const spending = new SpendingTally(new PriceBook());
    for (let times = 0; times < 3; times += 1) spending.add(ended(), 'live');
    spending.add(ended({ number: 2 }), 'live');
    expect(spending.total()).toEqual({ trials: { spent: 2, reused: 0 }, dollars: 6 });
  });

  it('counts nothing for what was stored, and the trial as reused', () => {
    const spending = new SpendingTally(new PriceBook());
    spending.add(ended({ reused: true }), 'live');
    expect(spending.total()).toEqual({ trials: { spent: 0, reused: 1 }, dollars: 0 });
  });

  it('counts what a trial cost that the machinery ended, and what its next try costs; it is no trial of the agent', () => {
    const spending = new SpendingTally(new PriceBook());
    spending.add(ended({ failed: true }), 'live');
    expect(spending.total()).toEqual({ trials: { spent: 0, reused: 0 }, dollars: 3 });
    spending.add(ended(), 'live');
    expect(spending.total()).toEqual({ trials: { spent: 1, reused: 0 }, dollars: 6 });
  });

  it('counts nothing for a stand-in that answered live calls; its list price is known all the same', () => {
    const spending = new SpendingTally(new PriceBook());
    spending.add(ended({ mode: 'simulated' }), 'live');
    expect([spending.dollars, spending.listPrice]).toEqual([0, 3]);
    const simulated = new SpendingTally(new PriceBook());
    simulated.add(ended({ mode: 'simulated' }), 'simulated');
    expect([simulated.dollars, simulated.listPrice]).toEqual([3, 3]);
  });

  it('says no sum where one price is not known', () => {
    const spending = new SpendingTally(new PriceBook());
    spending.add(ended(), 'live');
    spending.add(ended({ model: 'somebody-else', number: 2 }), 'live');
    expect(spending.total()).toEqual({ trials: { spent: 2, reused: 0 } });
  });
});

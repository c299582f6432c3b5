import { describe, expect, it } from 'vitest';
import { type GateOptions, gateOptionsSchema, resolveGateOptions } from './gate-options.ts';

describe('the gate’s options', () => {
  it('each say what they are', () => {
    const silent = Object.entries(gateOptionsSchema.shape).filter(([, { description }]) => (description ?? '').length < 10);
    expect(silent).toEqual([]);
  });

  it.each<GateOptions>([
    { spend: { 1: 0.5, 12: 0.25, 123: 0.125, 1000: 0.1 } },
    { spend: { 3: 1 } },
    { furtherRounds: 0 },
    { furtherRounds: 1000 },
    { confidence: 0.5 },
    { confidence: 0.99 },
    { retryBatch: 1 },
    { retryBatch: 1000 },
    { depth: 9, rounds: 9 },
    // A billionth too much is the rounding of shares that were divided.
    { spend: { 1: 0.5, 3: 0.500000001 } },
  ])('take %o', (options) => {
    expect(resolveGateOptions(options)).toMatchObject(options);
  });

  it.each<[GateOptions, RegExp]>([
    [{ spend: { '03': 0.5 } }, /expected rounds, whole numbers from 1 to 9999[\s\S]*spend/],
    [{ spend: { x3: 0.5 } }, /expected rounds, whole numbers/],
    [{ spend: { '3x': 0.5 } }, /expected rounds, whole numbers/],
    [{ spend: { '12345': 0.5 } }, /expected rounds, whole numbers/],
    [{ spend: 5 } as never, /expected record/],
    [{ spend: { 3: 2 } }, /at spend\.3/],
    [{ furtherRounds: 1001 }, /furtherRounds/],
    [{ furtherRounds: -1 }, /furtherRounds/],
    [{ confidence: 0.49 }, /confidence/],
    [{ confidence: 1 }, /confidence/],
    [{ retryBatch: 0 }, /retryBatch/],
    [{ retryBatch: 1001 }, /retryBatch/],
    [{ spend: { 1: 0.5, 3: 0.50000001 } }, /add up to 1.00000001/],
  ])('do not take %o', (options, message) => {
    expect(() => resolveGateOptions(options)).toThrow(message);
  });
});

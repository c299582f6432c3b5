import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalSpanIdOf, spanIdOf, traceIdOf } from './span-ids.ts';

describe('ids', () => {
  it('of every vendor become ids as the store wants them, the same for the same', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.uuid(), fc.bigInt({ min: 0n, max: (1n << 130n) - 1n }).map(String)), (id) => {
        expect(traceIdOf(id)).toMatch(/^[0-9a-f]{32}$/);
        expect(spanIdOf(id)).toMatch(/^[0-9a-f]{16}$/);
        expect(decimalSpanIdOf(id)).toMatch(/^[0-9a-f]{16}$/);
        expect(traceIdOf(id)).toBe(traceIdOf(id));
      }),
    );
  });

  it('in decimal are the same number in hexadecimal', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }), (id) => {
        expect(BigInt(`0x${decimalSpanIdOf(String(id))}`)).toBe(id);
      }),
    );
    // Sixteen decimal digits look like hexadecimal ones.
    expect(decimalSpanIdOf('1234567890123456')).toBe('000462d53c8abac0');
    expect(spanIdOf('1234567890123456')).toBe('1234567890123456');
    expect(decimalSpanIdOf('14624140233640368324')).toBe(14624140233640368324n.toString(16));
  });

  it('that are UUIDs keep their digits as trace ids', () => {
    expect(traceIdOf('3F9C2F0E-5f86-4f7e-9d80-0f7f6f7f0001')).toBe('3f9c2f0e5f864f7e9d800f7f6f7f0001');
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ModelRequest } from '../model.ts';
import { chunksOf, mostOfABatch } from './chunks-of.ts';

const request = (letters: number) => ({ text: 'é'.repeat(letters) }) as unknown as ModelRequest;

it('holds no more than 100,000 requests', () => {
  const calls = Array.from({ length: 100_001 }, () => ({ request: request(0) }));
  expect(chunksOf(calls, mostOfABatch.bytes).map((chunk) => chunk.length)).toEqual([100_000, 1]);
});

it('holds every call once and in order, and no more than is taken, unless one alone is longer', () => {
  const sizes = fc.array(fc.nat({ max: 400 }), { maxLength: 60 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 9 }), (letters, mostBytes, mostRequests) => {
      const calls = letters.map((count) => ({ request: request(count) }));
      const chunks = chunksOf(calls, mostBytes, mostRequests);
      expect(chunks.flat()).toEqual(calls);
      for (const chunk of chunks) {
        // As the body has it: an é is two bytes.
        const body = JSON.stringify(chunk.map((call) => ({ custom_id: 'c'.repeat(50), params: call.request })));
        expect(chunk.length).toBeLessThanOrEqual(mostRequests);
        if (chunk.length > 1) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(mostBytes);
      }
    }),
  );
});

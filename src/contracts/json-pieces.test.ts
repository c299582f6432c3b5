import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPieces } from './json-pieces.ts';

test('together the pieces are what JSON.stringify gives', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 12 }), fc.constantFrom(0, 1, 2), (value, spaces) => {
      expect([...jsonPieces(value, spaces)].join('')).toBe(JSON.stringify(value, null, spaces));
    }),
  );
  const deep = { a: [{ b: [{ c: [{ d: [{ e: ['\n', {}, []] }] }] }] }], left: undefined };
  expect([...jsonPieces(deep, 1)].join('')).toBe(JSON.stringify(deep, null, 1));
});

import { expect, test } from 'vitest';
import { addressPart } from './place.ts';

test.each([
  ['loan/1 2', 'loan%2F1%202'],
  ['half \uD800', 'half%20%EF%BF%BD'],
])('%j in an address', (name, part) => {
  expect(addressPart(name)).toBe(part);
});

import { expect, test } from 'vitest';
import { fromJsonSchema } from './from-json-schema.ts';

const schema = fromJsonSchema({
  type: 'object',
  properties: {
    approved: { type: 'boolean' },
    constructor: { type: 'string' },
    toString: {},
    inner: { type: 'object', properties: { valueOf: { type: 'number' } } },
  },
  required: ['approved'],
});

test('an optional field that is not there is not there, whatever it is called', () => {
  const value = { approved: true, inner: {}, more: [{ x: 1 }] };
  expect(schema.parse(value)).toStrictEqual(value);
  expect(schema.parse({ approved: true, constructor: 'x' })).toStrictEqual({ approved: true, constructor: 'x' });
  expect(schema.safeParse({ approved: true, constructor: 1 }).error?.issues).toMatchObject([{ path: ['constructor'] }]);
});

test('what would be lost without a word is refused by name', () => {
  const read = schema.safeParse(JSON.parse('{"approved":true,"inner":{"__proto__":1}}'));
  expect(read.error?.issues).toMatchObject([{ path: ['inner', '__proto__'], message: 'a field cannot have this name' }]);
  const deep = JSON.parse(`{"approved":true,"more":${'['.repeat(2000)}${']'.repeat(2000)}}`);
  expect(schema.safeParse(deep).error?.issues).toMatchObject([{ message: 'nested more than 500 deep' }]);
});

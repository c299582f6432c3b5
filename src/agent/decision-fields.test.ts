import { expect, test } from 'vitest';
import type { JsonObject } from '../contracts/json.ts';
import { decisionFieldsOf } from './decision-fields.ts';

const flag = { type: 'boolean' };

test.each<readonly [string, JsonObject, readonly string[]]>([
  ['its own properties', { type: 'object', properties: { approved: flag, amount: { type: 'number' } } }, ['approved', 'amount']],
  [
    'those of alternatives',
    { anyOf: [{ properties: { approved: flag, limit: {} } }, { properties: { approved: flag, why: {} } }] },
    ['approved', 'limit', 'why'],
  ],
  [
    'those that are joined',
    JSON.parse('{"properties":{"a":{}},"allOf":[{"properties":{"b":{}}},{"then":{"properties":{"c":{}}}}]}'),
    ['a', 'b', 'c'],
  ],
  ['those behind a reference', { $ref: '#/$defs/the~1one', $defs: { 'the/one': { properties: { approved: flag } } } }, ['approved']],
  ['none of a reference that goes round or nowhere', { $ref: '#', oneOf: [{ $ref: '#/$defs/none' }, { $ref: 'https://a.example' }] }, []],
  ['fields with names of the language', { properties: JSON.parse('{"constructor": {}, "__proto__": {}}') }, ['constructor', '__proto__']],
  ['none where none is named', { type: 'object', additionalProperties: true }, []],
])('a decision has %s', (_, schema, fields) => {
  expect([...decisionFieldsOf(schema).keys()]).toEqual(fields);
});

test('a field of several alternatives has a schema of each', () => {
  const schema = { anyOf: [{ properties: { grade: { const: 'a' } } }, { properties: { grade: { const: 'b' } } }] };
  expect(decisionFieldsOf(schema).get('grade')).toEqual([{ const: 'a' }, { const: 'b' }]);
});

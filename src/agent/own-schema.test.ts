import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fromJsonSchema } from '../contracts/from-json-schema.ts';
import type { JsonObject } from '../contracts/json.ts';
import { jsonSchemaOf, zodOf } from './own-schema.ts';
import { schemaGap } from './schema-gap.ts';

const text = { type: 'string' };

describe('a schema', () => {
  test.for<[string, unknown, RegExp]>([
    ['nothing', undefined, /it is undefined\. Expected a zod schema \(of zod 4\) or JSON Schema/],
    ['a list', [text], /it is a list/],
    ['a word', 'object', /it is object/],
    ['one of zod 3', { safeParse: () => ({}), _def: {} }, /of another library, or of zod 3/],
    ['a condition', { type: 'object', properties: { a: text }, if: {}, else: {} }, /\(if\/then\/else\) are not supported/],
    ['one of another server', { $ref: 'https://desk.test/decision.json' }, /External \$ref is not supported/],
    ['a type that there is not', { type: 'decision' }, /is no schema that can be used/],
    ['one that is silently weaker', { properties: { a: text } }, /it has "properties" without "type".*add "type": "object"/],
  ])('that is %s is refused', ([, schema, message]) => {
    expect(() => zodOf(schema as never, 'agent "desk": "decision"')).toThrow(message);
  });

  test('of zod is described as what becomes of a decision, which a judge then holds it to', () => {
    const decision = z.object({
      approved: z.stringbool(),
      amount: z.string().transform(Number),
      note: z.string().default(''),
      due: z.coerce.date(),
    });
    const decided = JSON.parse(JSON.stringify(decision.parse({ approved: 'yes', amount: '4', due: '2026-01-02' })));
    expect(decided).toMatchObject({ approved: true, amount: 4, note: '' });
    expect(fromJsonSchema(jsonSchemaOf(decision as never, 'output')).safeParse(decided).success).toBe(true);
    expect(jsonSchemaOf(decision as never, 'input')).toMatchObject({ properties: { approved: text, amount: text } });
  });
});

/** Each with a value that breaks the schema, which zod's reader lets pass: when that ends, the refusal is needed no more. */
test.for<[string, JsonObject, unknown, RegExp]>([
  ['fields without a type', { properties: { a: text }, required: ['a'] }, {}, /^it has "properties" without "type"/],
  ['a bound without a type', { type: 'object', properties: { a: { minimum: 3 } } }, { a: 2 }, /^a has "minimum" without "type".*"number"/],
  ['a length without a type', { anyOf: [{ minLength: 3 }] }, 'a', /^anyOf\.0 has "minLength"/],
  ['items without a type', { type: 'object', properties: { l: { items: text } } }, { l: [1] }, /^l has "items" without "type"/],
  ['a required field that is none', { type: 'object', properties: {}, required: ['a'] }, {}, /^it requires "a"/],
  ['a count without items', { type: 'array', minItems: 1 }, [], /^it has "minItems" without "items"/],
  ['what stands beside a reference', { $defs: { S: text }, $ref: '#/$defs/S', minLength: 3 }, 'a', /^it has "minLength" beside "\$ref"/],
  [
    'a misspelt keyword',
    { type: 'object', propertys: { a: text } },
    { a: 1 },
    /^it has "propertys", which is no keyword\. Did you mean "properties"/,
  ],
  [
    'one deep inside',
    { type: 'array', items: { type: 'object', additionalProperties: { pattern: 'a' } } },
    [{ b: 'b' }],
    /^items\.additionalProperties has/,
  ],
])('JSON Schema with %s would be read as less than it says', ([, schema, wrong, gap]) => {
  expect(fromJsonSchema(schema).safeParse(wrong).success).toBe(true);
  expect(schemaGap(schema)).toMatch(gap);
});

test('JSON Schema that is read whole has no gap', () => {
  const schema: JsonObject = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $defs: { money: { type: 'number', minimum: 0, example: 3 } },
    type: 'object',
    title: 'A decision',
    properties: {
      properties: { type: ['string', 'null'], minLength: 1 },
      payout: { $ref: '#/$defs/money', description: 'In dollars.' },
      kind: { enum: ['a', 'b'] },
      lines: { type: 'array', items: { type: 'object', properties: { required: { const: true } }, required: ['required'] }, minItems: 1 },
    },
    required: ['payout', 'kind'],
    additionalProperties: false,
    'x-owner': 'claims',
  };
  expect(schemaGap(schema)).toBeUndefined();
});

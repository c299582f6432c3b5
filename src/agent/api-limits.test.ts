import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../contracts/json.ts';
import { apiRefusals, leftOut } from './api-limits.ts';
import { schemaLimits } from './schema-limits.ts';

const closed = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...{ type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
  ...more,
});

describe('a schema', () => {
  it.each<[string, JsonObject, string[]]>([
    ['minimum', closed({ loan: { type: 'number', minimum: 0 } }), ['loan: minimum 0']],
    ['maxLength', closed({ why: { type: 'string', maxLength: 500 } }), ['why: maxLength 500']],
    ['an open object', closed({}, { additionalProperties: true }), ['the whole schema: additionalProperties true, and has to be false']],
    [
      'an object that does not say',
      { type: 'object', properties: { a: { type: 'object' } }, additionalProperties: false },
      ['a: additionalProperties is missing, and has to be false'],
    ],
    [
      'many items',
      closed({ list: { type: 'array', minItems: 2, items: closed({ n: { type: 'integer', multipleOf: 5 } }) } }),
      ['list: minItems 2, where 0 and 1 are taken', 'list[].n: multipleOf 5'],
    ],
    ['oneOf', closed({ a: { oneOf: [{ type: 'string' }] } }), ['a: oneOf [{"type":"string"}]']],
    ['items as a list', closed({ a: { type: 'array', items: [{ type: 'string' }] } }), ['a: items as a list']],
    [
      'a reference in allOf',
      closed({ a: { allOf: [{ $ref: '#/$defs/b' }] } }, { $defs: { b: { type: 'string' } } }),
      ['a: allOf with a $ref in it'],
    ],
    ['a format of its own', closed({ a: { type: 'string', format: 'iban' } }), ['a: format "iban"']],
    ['a look ahead', closed({ a: { type: 'string', pattern: '^(?=.*\\d)' } }), ['a: pattern "^(?=.*\\\\d)"']],
    ['an enum of objects', closed({ a: { enum: [{ b: 1 }] } }), ['a: enum of objects or lists']],
    ['another file', closed({ a: { $ref: 'money.json' } }), ['a: $ref "money.json", which is not in the same file']],
    [
      'a schema that holds itself, over another one',
      closed({ a: { $ref: '#/$defs/a' } }, { $defs: { a: closed({ b: { $ref: '#/$defs/b' } }), b: closed({ a: { $ref: '#/$defs/a' } }) } }),
      ['a: $ref "#/$defs/a", which holds itself', 'a.b: $ref "#/$defs/b", which holds itself', 'b.a: $ref "#/$defs/a", which holds itself'],
    ],
    ['a part of anyOf', closed({ a: { anyOf: [{ type: 'null' }, { type: 'string', minLength: 1 }] } }), ['a.anyOf[1]: minLength 1']],
  ])('with %s is refused', (_name, schema, refused) => {
    expect(schemaLimits(schema).refused).toEqual(refused);
  });

  it('is taken with what the API takes, and a field that is called like a keyword is no keyword', () => {
    const money = { $ref: '#/$defs/money' };
    const schema = closed(
      {
        minimum: { type: 'number', description: 'minimum: 0' },
        when: { type: 'string', format: 'date-time' },
        list: { type: 'array', minItems: 1, items: money },
        kind: { enum: ['a', 'b', null] },
        code: { type: 'string', pattern: '^[A-Z]{2}\\d+$' },
        both: { anyOf: [money, { type: 'null' }] },
      },
      { $defs: { money: closed({ amount: { type: 'number', default: 0 } }) } },
    );
    expect(schemaLimits(schema)).toEqual({ refused: [], optionalFields: 0, unionFields: 1 });
  });

  it('whose references branch and branch is read at once', () => {
    const level = (next: number) => closed({ a: { $ref: `#/$defs/d${next}` }, b: { $ref: `#/$defs/d${next}` } });
    const $defs = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`d${index}`, index === 59 ? closed({}) : level(index + 1)]));
    expect(schemaLimits({ ...level(0), $defs }).refused).toEqual([]);
  });
});

describe('a version', () => {
  const tool = (name: string, properties: JsonObject = {}, strict = true, required: string[] = Object.keys(properties)) => ({
    ...{ name, strict },
    input_schema: closed(properties, { required }),
  });
  const version = (definitions: ReturnType<typeof tool>[], model = 'claude-sonnet-4-6', decideBy: 'output' | 'tool' = 'output') => ({
    ...{ model, settings: { effort: 'medium' as const, decideBy } },
    toolVariant: { definitions, decisionJsonSchema: closed({ approved: { type: 'boolean' } }) },
  });
  const decidingBy = (decideBy: 'output' | 'tool') => {
    const asked = version([], 'claude-sonnet-4-6', decideBy);
    return { ...asked, toolVariant: { ...asked.toolVariant, decisionJsonSchema: { anyOf: [closed({}), closed({})] } } };
  };
  const withProviders = (asked: ReturnType<typeof version>, name: string) => ({
    ...asked,
    toolVariant: { ...asked.toolVariant, providerTools: [{ name }] },
  });
  const fields = (count: number, schema: JsonObject) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, schema]));

  it.each<[string, Parameters<typeof apiRefusals>[0], RegExp[]]>([
    ['nothing', version([tool('lookup')]), []],
    ['a long name', version([tool('l'.repeat(65))]), [/has 65 characters, and at most 64/]],
    ['21 strict tools', version(Array.from({ length: 21 }, (_, index) => tool(`t${index}`))), [/21 tools are strict, and at most 20/]],
    ['21 tools that are not', version(Array.from({ length: 21 }, (_, index) => tool(`t${index}`, {}, false))), []],
    [
      '25 optional fields of two tools',
      version([tool('a', fields(13, { type: 'string' }), true, []), tool('b', fields(12, { type: 'string' }), true, [])]),
      [/25 optional fields, and at most 24/],
    ],
    [
      '17 fields of several types',
      version([tool('a', fields(17, { type: ['string', 'null'] }))]),
      [/17 fields of several types, and at most 16/],
    ],
    ['a keyword in a tool', version([tool('a', { n: { type: 'number', minimum: 0 } })]), [/^tools\/a\.json: n: minimum 0$/]],
    ['a keyword in a tool that is not strict', version([tool('a', { n: { type: 'number', minimum: 0 } }, false)]), []],
    ['a model without structured output', version([], 'claude-3-haiku-20240307'), [/decideBy: 'tool'/]],
    ['the same model that decides by a tool', version([], 'claude-3-haiku-20240307', 'tool'), []],
    [
      'a strict tool for that model',
      version([tool('a'), tool('b', {}, false)], 'claude-3-haiku-20240307', 'tool'),
      [/takes no strict tools: leave "strict" out of tools\/a\.json$/],
    ],
    ['a decision of two kinds by a tool', decidingBy('tool'), [/^decision\.json: anyOf at the top of it, where a tool decides$/]],
    ['the same in the answer', decidingBy('output'), []],
    ["a long name of a provider's tool", withProviders(version([]), 'w'.repeat(70)), [/has 70 characters/]],
  ])('with %s', (_name, asked, faults) => {
    const refusals = apiRefusals(asked);
    expect(refusals).toEqual(faults.map((fault) => expect.stringMatching(fault)));
  });

  it('says which effort is not sent', () => {
    expect(leftOut(version([], 'claude-haiku-4-5'))).toBe('claude-haiku-4-5 takes no effort, so "medium" is not sent');
    expect(leftOut(version([]))).toBeUndefined();
  });
});

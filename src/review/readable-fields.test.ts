import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import { readableFields, readableLine, readableValue } from './readable-fields.ts';
import { readTyped, typedAs, typedField } from './typed-field.ts';

const shown = (value: JsonObject, schema?: JsonObject) => readableFields(value, schema).map(({ label, text }) => `${label}: ${text}`);

test.each<readonly [string, JsonValue, JsonObject, string]>([
  ['annual_income', 85000, { description: 'Income in a year, in dollars.' }, '$85,000'],
  ['fee', 12.5, { description: 'Dollars; 0 when it is not taken.' }, '$12.50'],
  ['balance_usd', -1250.75, {}, '−$1,250.75'],
  ['priceUsd', 0.1, {}, '$0.10'],
  ['paid', 1234.005, { title: 'Paid, in $' }, '$1,234.005'],
  ['prix', 1000, { description: 'En EUR' }, '€1,000'],
  ['dti_percent', 36.5, {}, '36.5 %'],
  ['rate', 7, { description: 'Debt-to-income ratio, in percent.' }, '7 %'],
  ['weightKg', 20, {}, '20 kg'],
  ['age', 34, { description: 'Age in years.' }, '34 years'],
  ['credit_score', 787, { description: 'Credit score, 300 to 850.' }, '787'],
  ['income', 1234567.891, {}, '1,234,567.891'],
  ['year', 2026, {}, '2026'],
  ['account_number', 12345678, {}, '12345678'],
  ['tiny', 1e-9, {}, '1e-9'],
  ['huge', 1e21, {}, '1e+21'],
  ['none', null, {}, 'none'],
  ['agreed', false, {}, 'no'],
  ['tags', ['a', 2, true], {}, 'a, 2, yes'],
  ['empty', [], {}, 'none'],
])('%s of %j is shown with its unit, and never rounded', (name, value, schema, text) => {
  expect(readableValue(name, value, schema)).toBe(text);
});

describe('fields', () => {
  test('are called by their titles or by their names in words, also within others', () => {
    const schema = {
      properties: {
        who: { $ref: '#/$defs/who' },
        items: { type: 'array', items: { type: 'object', properties: { unit_price: { type: 'number', description: 'In dollars' } } } },
      },
      $defs: { who: { title: 'Applicant', properties: { zipCode: { title: 'ZIP' } } } },
    };
    expect(shown({ who: { zipCode: '01234', postLoanDTI: 3 }, items: [{ unit_price: 1000 }], is_vip: true }, schema)).toEqual([
      'Applicant · ZIP: 01234',
      'Applicant · Post loan DTI: 3',
      'Items · 1 · Unit price: $1,000',
      'Is vip: yes',
    ]);
  });

  test('of any name are the input itself, and nothing that objects inherit', () => {
    const input = JSON.parse('{"__proto__": 1, "constructor": {"prototype": "x"}, "ключ": 2, "": 3}') as JsonObject;
    expect(shown(input, { properties: {} })).toEqual(['__proto__: 1', 'Constructor · Prototype: x', 'ключ: 2', ': 3']);
  });

  test('of a deep or endless input end, and what is left stands as JSON', () => {
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`field${index}`, index]));
    expect(readableFields(many)).toHaveLength(301);
    expect(readableFields(many).at(-1)).toMatchObject({ label: 'The rest', text: expect.stringContaining('"field399":399') });
    expect(shown({ a: { b: { c: { d: { e: 1 } } } } })).toEqual(['A · B · C · D: {"e":1}']);
  });

  test('with an image of another kind than runs nothing are text', () => {
    const urls = ['data:image/svg+xml;base64,PHN2Zy8+', 'data:text/html;base64,PGI+', 'javascript:alert(1)', 'https://evil.example/x.png'];
    expect(
      readableFields(Object.fromEntries(urls.map((url, index) => [`url${index}`, url]))).map(({ text, attached }) => [text, attached]),
    ).toEqual(urls.map((url) => [url, undefined]));
    expect(readableLine({ photo: 'data:image/png;base64,iVBORw0KGgo=', weight_kg: 3 })).toBe('Weight 3 kg');
    expect(
      readableLine({ annual_income: 85000, credit_score: 720 }, { properties: { annual_income: { description: 'In dollars.' } } }),
    ).toBe('Annual income $85,000, credit score 720');
    expect(
      readableLine({ kind: 'refund', used: false, DTI: 3, note: 'x'.repeat(200), s: 1 }, { properties: { s: { title: 'Schufa' } } }),
    ).toBe('Kind refund, used no, DTI 3, Schufa 1');
    expect(readableLine({ note: '' })).toBeUndefined();
    expect(readableLine(Object.fromEntries(['a', 'b', 'c'].map((name) => [name.repeat(60), 1])))).toBe(`A${'a'.repeat(59)} 1`);
  });
});

describe('what is typed', () => {
  const number = typedField('n', [{ type: 'number' }]);
  test.each<readonly [string, JsonValue | RegExp]>([
    ['85000', 85000],
    [' 1250.50 ', 1250.5],
    ['-3', -3],
    ['−3', -3],
    ['-0', 0],
    ['99,000', /plain digits: 99000/],
    ['$1,250.50', /plain digits: 1250.50/],
    ["85'000", /plain digits: 85000/],
    ['1.250,50', /plain digits/],
    ['1e5', /plain digits/],
    ['0x10', /plain digits/],
    ['٣٤', /plain digits/],
    ['9007199254740993', /too large/],
    ['9'.repeat(400), /too large/],
    ['NaN', /plain digits/],
  ])('as a number: %s', (text, wanted) => {
    const read = readTyped(number, text);
    if (wanted instanceof RegExp) expect(read).toEqual({ fault: expect.stringMatching(wanted) });
    else expect(read).toEqual({ value: wanted });
  });

  test('is asked for by the kind of the field, and comes back as the value that it was', () => {
    const fields: readonly (readonly [JsonObject[], string, JsonValue])[] = [
      [[{ type: 'boolean' }], 'yes-no', true],
      [[{ type: ['boolean', 'null'] }], 'yes-no', null],
      [[{ enum: ['road', 'air', 3, null] }], 'choice', 3],
      [[{ enum: ['a'] }, { enum: ['b'] }], 'choice', 'b'],
      [[{ type: 'integer' }], 'number', 5],
      [[{ anyOf: [{ type: 'number' }, { type: 'null' }] }], 'json', null],
      [[{ type: 'string' }], 'text', ' two words "quoted" '],
      [[{ type: ['string', 'null'] }], 'json', null],
      [[{ type: 'number' }, { type: 'string' }], 'json', 'either'],
      [[{ type: 'array' }], 'json', [1, { a: 2 }]],
      [[{}], 'json', { a: 1 }],
      [[], 'json', 1],
    ];
    for (const [schemas, kind, value] of fields) {
      const field = typedField('field', schemas);
      expect(field.kind, JSON.stringify(schemas)).toBe(kind);
      expect(readTyped(field, typedAs(field, value)), JSON.stringify(schemas)).toEqual({ value });
    }
  });
});

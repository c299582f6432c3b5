import { expect, it } from 'vitest';
import { contradictedName } from './contradicted-name.ts';

it.each([
  ['{"a": 1, "a": 2}', 'a', [1, 2]],
  ['{"pay": {"value": 1, "value": 2}}', 'pay.value', [1, 2]],
  ['[{"a": 1}, {"b": null, "b": false}]', 'b', [null, false]],
  [String.raw`{"a": 1, "\u0061": 2}`, 'a', [1, 2]],
  ['{"toString": 1, "toString": "x"}', 'toString', [1, 'x']],
])('%s', (text, path, values) => {
  expect(contradictedName(text)).toEqual({ path, values });
});

it.each(['{"a": 1, "a": 1.0}', '[{"a": 1}, {"a": 2}]', '{"a": {"a": 1}}', 'DTI: 45 %', '', '{"a": 1, ', '['.repeat(100_000)])(
  'nothing in %s',
  (text) => {
    expect(contradictedName(text)).toBeUndefined();
  },
);

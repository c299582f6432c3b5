import { expect, test } from 'vitest';
import { weighingText } from './weighing-text.ts';

const weighsAlike = (path: string, one: string, other: string) => weighingText(path, one) === weighingText(path, other);

test.each<[path: string, one: string, other: string, alike: boolean]>([
  ['limits.json', '{"most": 3, "least": 1}', '{\n  "least": 1,\n  "most": 3\n}', true],
  ['limits.json', '{"most": 3}', '{"most": 4}', false],
  ['limits.JSON', '{"most": [1, 2]}', '{"most": [2, 1]}', false],
  // What is no JSON weighs as it is.
  ['limits.json', '{"most": 3,}', '{"most": 3, }', false],
  ['rule.ts', 'const most = 3; // dollars', 'const most = 3;', true],
  ['rule.mts', 'return\n  3', 'return 3', false],
  ['rule.ts', 'const text = "a  b";', 'const text = "a b";', false],
  ['rule.tsx', 'const page = <p>a</p>; /* old */', 'const page = <p>a</p>;', true],
  ['rules.md', 'at most 3', 'at  most 3', false],
])('of %s, %j weighs like %j: %s', (path, one, other, alike) => {
  expect(weighsAlike(path, one, other)).toBe(alike);
});

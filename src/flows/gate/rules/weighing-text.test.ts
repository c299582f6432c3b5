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
  ['rule.ts', 'const half = (a + b[0]) / 2; // rounded', 'const half = (a + b[0]) / 2;', true],
  ['rule.ts', 'const ok = (a) => !/"/.test(a) && /`/.test(a); // quotes', 'const ok = (a) => !/"/.test(a) && /`/.test(a);', true],
  ['rule.ts', 'return (a + b) / 2; // rounded', 'return (a + b) / 2;', true],
  ['rule.ts', 'return /"/.test(a); // quotes', 'return /"/.test(a);', true],
  // What could be a comment or code weighs as it is.
  ['rule.tsx', 'const page = <p>a</p>; /* old */', 'const page = <p>a</p>;', false],
  ['rule.ts', 'const limit = n! / "/".length + "//".length * 20;', 'const limit = n! / "/".length + "//".length * 900;', false],
  ['rule.ts', 'type A = B\n/"/.test("//" + limit(20))', 'type A = B\n/"/.test("//" + limit(900))', false],
  ['rule.js', 'const f = function () {} / "/" + "//" + 20;', 'const f = function () {} / "/" + "//" + 900;', false],
  ['rule.js', 'for await (const a of b) /"/.test("//" + 20)', 'for await (const a of b) /"/.test("//" + 900)', false],
  ['rule.js', 'var yield = 3; yield / "/" + "//" + 20', 'var yield = 3; yield / "/" + "//" + 900', false],
  ['rule.cjs', '<!-- `\nconst a = `// 20`; // `', '<!-- `\nconst a = `// 900`; // `', false],
  ['rules.md', 'at most 3', 'at  most 3', false],
])('of %s, %j weighs like %j: %s', (path, one, other, alike) => {
  expect(weighsAlike(path, one, other)).toBe(alike);
});

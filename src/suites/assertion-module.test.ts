import { expect, test } from 'vitest';
import { assertionModule, type ImportedAssertion } from './assertion-module.ts';

const of = (caseId: string, value: ImportedAssertion['value']): ImportedAssertion => ({ caseId, value });

test('alike assertions are one scorer, names are told apart, and files are found from the module', () => {
  const { text, scorers } = assertionModule(
    [
      of('b', { type: 'javascript', value: 'file://checks/fee.js' }),
      of('a', { value: 'file://checks/fee.js', type: 'javascript' }),
      of('a', { type: 'javascript', value: 'output.length > 3', weight: 0 }),
      of('a', { type: 'contains-any', value: ['file:///abs.txt', 'x'], metric: 'tone' }),
    ],
    'suites/promptfooconfig.yaml',
    '../suites',
  );
  expect(scorers).toBe(3);
  expect(text.split('\n').slice(3, -2)).toEqual([
    'export const assertions = [',
    `  assertion({ "type": "javascript", "value": new URL("../suites/checks/fee.js", import.meta.url).href }, { name: "javascript", output: 'text', cases: ["a","b"] }),`,
    `  assertion({ "type": "javascript", "value": "output.length > 3", "weight": 0 }, { name: "javascript-2", output: 'text', hard: false, cases: ["a"] }),`,
    `  assertion({ "type": "contains-any", "value": ["file:///abs.txt", "x"], "metric": "tone" }, { name: "tone", output: 'text', cases: ["a"] }),`,
  ]);
});

test('what no scorer can be made of stands there as a comment', () => {
  const { text, scorers } = assertionModule([of('a', { type: 'guardrails' }), of('a', { type: 'is-json' })], 'promptfooconfig.yaml', './');
  expect(scorers).toBe(1);
  expect(text).toMatch(/^ {2}\/\/ "guardrails" looks at what a provider's guardrails said/m);
});

test('nothing that a suite says ends the text that it stands in', () => {
  const { text } = assertionModule([of('a', { type: 'contains', value: '\'"`${x}\u2028*/ // \n' })], 'a */ process.exit() /*\n.yaml', './');
  expect(text).toContain(String.raw`"value": "'\"\`${'${x}'}\u2028*/ // \n"`.replace('\\`', '`'));
  const [, , comment = ''] = text.split('\n');
  expect([comment.indexOf('*/'), comment.split('*/').length]).toEqual([comment.length - 2, 2]);
});

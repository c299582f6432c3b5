import { expect, test } from 'vitest';
import { junit } from './junit.ts';
import { exampleVerdict } from './testing/example-report.ts';
import { hostileText } from './testing/hostile-text.ts';

const xml = junit.render(exampleVerdict());

test('counts what it holds: the verdict and the accused case fail, an incomplete case is an error', () => {
  expect(xml).toContain(
    '<testsuite name="underwriter (simulated)" timestamp="2026-11-23T15:08:00" tests="12" failures="2" errors="1" skipped="0"',
  );
  expect(xml.match(/<testcase /g)).toHaveLength(12);
  expect(xml.match(/<failure /g)).toHaveLength(2);
  expect(xml.match(/<error /g)).toHaveLength(1);
});

test('gives reasons: what changed, with which counts, and what is wrong', () => {
  const accused = xml.split('<testcase').find((each) => each.includes('name="06-excellent'));
  expect(accused).toContain('message="flipped to fail: main 10 of 10, candidate 0 of 7, evidence 48,210" type="flipped-to-fail"');
  expect(accused).toContain('false-approval (7 of 7 trials): approved is true, expected false: a false approval');
});

test('an unsteady case that the gate did not accuse is no failure', () => {
  const unsteady = xml.split('<testcase').find((each) => each.includes('08-trivial'));
  expect(unsteady).toContain('<system-out>');
  expect(unsteady).toContain('worse: main 10 of 10, candidate 4 of 7');
});

test('hostile text ends no element and no attribute', () => {
  const hostile = junit.render(exampleVerdict({ aside: hostileText, title: hostileText }));
  const tags = new Set([...hostile.matchAll(/<\/?([^\s/>]+)/g)].map(([, name]) => name));
  expect([...tags].sort()).toEqual(['?xml', 'error', 'failure', 'system-out', 'testcase', 'testsuite', 'testsuites']);
  expect(hostile).not.toContain(']]>');
});

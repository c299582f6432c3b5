import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { brokenRules, everybodyWaits, retryLimits, ruleOfStatus, statusRules } from './retry-policy.ts';

const page = readFileSync(new URL('../../evals/docs/models.md', import.meta.url), 'utf8');
const section = page.split('## What is tried again')[1]?.split('\n## ')[0] ?? '';

test('the documentation says of every failure whether it is tried again, and what it costs', () => {
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| failure'));
  const rules = [
    ...Object.entries(statusRules).map(([status, rule]) => [`HTTP ${status}`, rule] as const),
    ...Object.entries(brokenRules).map(([name, rule]) => [name, rule] as const),
  ];
  expect(rows).toEqual(rules.map(([name, { kind, retried, price }]) => `| ${name} | ${kind} | ${retried ? 'yes' : 'no'} | ${price} |`));
});

test('the documentation has the limits', () => {
  const { refusals, retries, longestAskedMs, trialRetries } = retryLimits;
  const text = section.replace(/\s+/g, ' ');
  expect(text).toContain(`tried again up to ${retries} times after a short pause, and up to ${refusals} times where every call`);
  expect(text).toContain(`asks for more than ${longestAskedMs / 60_000} minutes is not waited for`);
  expect(text).toContain(`from its start, up to ${trialRetries} times`);
});

test.each([
  [529, 'server', true],
  [503, 'server', true],
  [599, 'server', true],
  [418, 'request', false],
  [429, 'rate-limit', true],
] as const)('HTTP %i is a failure of kind %s', (status, kind, retried) => {
  expect(ruleOfStatus(status)).toMatchObject({ kind, retried });
});

test('who waits: all where the server has had enough, else the call alone', () => {
  expect([everybodyWaits('rate-limit', false), everybodyWaits('server', true)]).toEqual([true, true]);
  expect([everybodyWaits('server', false), everybodyWaits('timeout', true), everybodyWaits('connection', true)]).toEqual([
    false,
    false,
    false,
  ]);
});

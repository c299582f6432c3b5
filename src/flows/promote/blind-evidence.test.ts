import { expect, test } from 'vitest';
import type { JsonValue } from '../../contracts/json.ts';
import type { Trace } from '../../contracts/trace.ts';
import { createPseudonyms } from '../../review/pseudonyms.ts';
import { blindEvidence } from './blind-evidence.ts';

interface Call {
  readonly tool?: string;
  readonly input?: JsonValue;
  readonly result?: JsonValue;
  readonly error?: string;
}

function evidenceOf(calls: readonly Call[], decision: JsonValue, userMessage: string | null = null) {
  const spans = calls.map(({ tool = 'look_up', input = {}, result = '', error = null }, index) => ({
    ...{ kind: 'tool-call', tool, input, result, error, callId: null, spanId: String(index), parentSpanId: null, name: tool },
    ...{ startedAt: index, durationMs: 1 },
  }));
  const trace = { spans, decision, userMessage } as unknown as Trace;
  return blindEvidence(trace, ['approved'], createPseudonyms('a key for tests, long enough to be one'));
}

test.each<readonly [string, Call, JsonValue]>([
  ['the tool that decides', { tool: 'submit_decision', input: { x: 1 } }, null],
  ['a field that decides, in the arguments', { input: { loan: { approved: false } } }, null],
  ['in the result, as text', { result: 'approved: false' }, null],
  ['in the result, as JSON in a text', { result: '{"isApproved":1,"loan_approved":true}' }, null],
  ['in capitals', { result: 'APPROVED=NO' }, null],
  ['in an error', { error: 'cannot save approved' }, null],
  ["a field of this very decision's choice", { result: { granted_by_clerk: true } }, { granted_by_clerk: true }],
  ['the chosen word', { result: 'Status is now Manual-Review.' }, { outcome: 'manual_review' }],
  ["the model's own words", { tool: 'send_letter', input: { text: 'We are sorry to decline' } }, null],
  ['what was called', { tool: 'issueDenialLetter' }, null],
])('a call that tells the decision by %s is held back', (_, call, decision) => {
  expect(evidenceOf([call, { result: 'Score 720' }], decision)).toMatchObject({ tools: [{ result: 'Score 720' }], heldBack: 1, more: 0 });
});

test('what only bears on the decision is shown, redacted', () => {
  const results = ['Maximum loan: $181,283.23', 'DTI 14.5 %, at or below 40 %', 'Score 720: Good', 'Call 555-123-4567', { limit: 20 }];
  const { tools, heldBack } = evidenceOf(
    results.map((result) => ({ result })),
    { approved: true, max_loan: 181283.23, reasoning: 'Good' },
  );
  expect(heldBack).toBe(0);
  expect(tools.map(({ result }) => result)).toEqual([
    ...results.slice(0, 3),
    expect.stringMatching(/^Call 000-\d{3}-\d{4}$/),
    { limit: 20 },
  ]);
});

test('of a run without end as much as a person reads, and it says how much is left', () => {
  const { tools, more, userMessage } = evidenceOf(
    Array.from({ length: 80 }, () => ({ result: 'x'.repeat(5000) })),
    null,
    'y'.repeat(9000),
  );
  expect({ shown: tools.length, more, message: userMessage?.length }).toEqual({ shown: 50, more: 30, message: 4001 });
  expect(JSON.stringify(tools).length).toBeLessThan(45_000);
});

import { describe, expect, test } from 'vitest';
import type { TrialEvidence } from '../contracts/scorer.ts';
import type { ToolCallStep } from '../contracts/transcript.ts';
import type { SettledOutcome } from '../contracts/trial.ts';
import { toolFailure } from './tool-failure.ts';

type Call = Partial<ToolCallStep> & Pick<ToolCallStep, 'tool'>;
const denied: SettledOutcome = { kind: 'decided', decision: { approved: false } };
const approved: SettledOutcome = { kind: 'decided', decision: { approved: true } };
const refused: SettledOutcome = { kind: 'refused', category: null, explanation: null };

function evidenceOf(outcome: SettledOutcome, calls: readonly Call[]): TrialEvidence {
  return {
    case: {
      id: 'one',
      title: 'One',
      input: {},
      label: { decision: { approved: true }, source: 'policy', rationale: 'r', reviewers: [{ kind: 'policy' }] },
      origin: { kind: 'designed' },
    },
    input: {},
    tools: ['look_up'],
    decisionFields: ['approved'],
    dollars: 0,
    trial: {
      mode: 'simulated',
      usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
      durationMs: 1,
      outcome,
      transcript: {
        userMessage: 'm',
        steps: calls.map((call) => ({ kind: 'tool-call', id: 'i', input: {}, result: 'r', isError: false, durationMs: 0, ...call })),
      },
    },
  };
}

const failed: Call = { tool: 'look_up', isError: true, result: 'look_up failed: timed out after 30 s' };
const silent: Call = { tool: 'look_up', result: ' \n' };
const fine: Call = { tool: 'look_up' };

describe('a tool that fails is never guessed around', () => {
  test.each<readonly [string, SettledOutcome, readonly Call[], Parameters<typeof toolFailure>[0], boolean | undefined]>([
    ['no tool failed', approved, [fine], {}, undefined],
    ['no tool at all', approved, [], {}, undefined],
    ['an error, and a decision', approved, [failed], {}, false],
    ['nothing said, and a decision', denied, [silent], {}, false],
    ['an error, and then an answer', approved, [failed, fine], {}, true],
    ['an answer, and then an error', approved, [fine, failed], {}, false],
    ['another tool answered', approved, [failed, { tool: 'limit' }], {}, false],
    ['an error, and no decision', refused, [failed], {}, true],
    ['a decision that is allowed', denied, [failed], { allow: { approved: false } }, true],
    ['one that is not', approved, [failed], { allow: { approved: false } }, false],
    ['a tool that does not count', approved, [failed], { tools: ['limit'] }, undefined],
  ])('%s', (_, outcome, calls, options, pass) => {
    expect(toolFailure(options).score(evidenceOf(outcome, calls))?.pass).toBe(pass);
  });

  test('says which tool, once each', () => {
    const score = toolFailure().score(evidenceOf(approved, [failed, failed, { ...silent, tool: 'limit' }]));
    expect(score?.findings).toEqual([
      {
        code: 'guessed-around',
        message: 'look_up failed (timed out after 30 s) and no later call of it succeeded, and the run decides all the same',
      },
      { code: 'guessed-around', message: 'limit said nothing and no later call of it succeeded, and the run decides all the same' },
    ]);
    expect(toolFailure({ hard: false }).score(evidenceOf(approved, [failed]))?.hard).toBe(false);
  });
});

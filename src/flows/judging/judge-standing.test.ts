import { expect, test } from 'vitest';
import type { JudgeCalibration } from '../../contracts/judge-calibration.ts';
import { assertion } from '../../scorers/assertion.ts';
import { calibrationFault } from './judge-standing.ts';

/** None of 100 wrong works passed: the bound is 2.95 %. */
function calibrationOf(model: string, rubric: string): JudgeCalibration {
  const counts = { falsePass: { count: 0, of: 100 }, bribed: { count: 0, of: 100 } };
  return { ...counts, model, rubric, mode: 'live', answeredBy: [model] } as unknown as JudgeCalibration;
}

test.each([
  ['named', 'openai:gpt-5-mini-2025-08-07', undefined],
  ['whoever has a key', undefined, 'it names no provider, so who judges depends on which keys are set where it runs'],
])('a grader that is %s', (_, provider, why) => {
  const { judge } = assertion({ type: 'llm-rubric', value: 'is right', ...(provider ? { provider } : {}) });
  if (!judge) throw new Error('no judge');
  expect(calibrationFault(judge, calibrationOf(judge.model, judge.rubric), { model: judge.model, mode: 'live' })).toBe(why);
});

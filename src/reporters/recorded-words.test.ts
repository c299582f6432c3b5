import { expect, it } from 'vitest';
import { recordedSentence } from './recorded-words.ts';

it('says "as often as" of sides whose shares differ by less than is shown', () => {
  const side = { passes: 18, runs: 27, interval: { value: 0.67, low: 0.48, high: 0.81 } };
  const told: Parameters<typeof recordedSentence>[0] = {
    ...{ by: 'task', group: { name: 'agent', values: ['old', 'new'] }, score: 'reward', sides: [side, side], tasks: [] },
    ...{ drop: { value: 5.6e-17, low: -0.32, high: 0.32 }, pWorse: 0.6, pBetter: 0.6, informativeTasks: 9 },
    verdict: 'no-difference-shown',
  };
  expect(recordedSentence(told)).toContain('new passed as often as old (95 % interval −32.0 to +32.0 points');
});

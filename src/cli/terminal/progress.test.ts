import { expect, it } from 'vitest';
import type { EvaluatedTrial } from '../../contracts/evaluation.ts';
import { Progress } from './progress.ts';

function progressOn({ live }: { live: boolean }) {
  const printed: string[] = [];
  const time = { now: 0 };
  const output = {
    line: (text = '') => void printed.push(`${text}\n`),
    raw: (text: string) => void printed.push(text),
    style: (_style: unknown, text: string) => text,
    columns: 100,
    live,
  };
  const progress = new Progress(output, () => time.now);
  progress.start({ versions: ['v2'], caseIds: ['light', 'heavy'], trials: 500, mode: 'live' });
  const result: EvaluatedTrial = {
    number: 1,
    pass: true,
    outcome: 'decided',
    scores: [],
    dollars: 0.01,
    tokens: 9,
    durationMs: 5,
    reused: false,
  };
  const end = (more: Partial<EvaluatedTrial> = {}) => progress.step({ version: 'v2', caseId: 'light', result: { ...result, ...more } });
  return { progress, printed, time, end };
}

it('writes a line a minute into a log, with what was spent and how long it may still take', () => {
  const { printed, time, end } = progressOn({ live: false });
  for (let trial = 1; trial <= 200; trial += 1) {
    time.now += 1000;
    end({ pass: trial % 50 !== 0 });
  }
  expect(printed).toEqual([
    '60/1,000 trials · 1 failing · $0.60 spent · 15 min 40 s left\n',
    '120/1,000 trials · 2 failing · $1.20 spent · 14 min 40 s left\n',
    '180/1,000 trials · 3 failing · $1.80 spent · 13 min 40 s left\n',
  ]);
});

it('counts what a failed trial cost, and nothing for a stored one', () => {
  const { progress, printed, time, end } = progressOn({ live: true });
  end({ reused: true });
  progress.step({ version: 'v2', caseId: 'light', result: { number: 2, error: 'timeout', message: 'late', dollars: 0.5 } });
  time.now += 100;
  end();
  expect(printed.at(-1)).toMatch(/3\/1,000 trials · 1 failing · \$0\.51 spent/);
  expect(progress.stored).toBe(2);
});

import { describe, expect, it } from 'vitest';
import type { Agent } from '../agent/define-agent.ts';
import type { CaseArm } from '../contracts/reported-case.ts';
import type { LoadedCase } from './cases/load-cases.ts';
import { changeOf, confusionOfArms } from './reported-case.ts';

const arm = (passes: number, runs: number, infraErrors: CaseArm['infraErrors'] = []): CaseArm => ({
  passes,
  runs,
  falseApprovals: 0,
  falseDenials: 0,
  trials: [],
  infraErrors,
});
const dead = { number: 1, error: 'server', message: 'The line is dead.' } as const;
const loan = { field: 'loan', baseline: [{ value: 5, trials: 2 }], candidate: [{ value: 7, trials: 2 }] };

describe('changeOf', () => {
  it.each([
    [arm(2, 2), arm(0, 2), 'flipped-to-fail'],
    [arm(2, 2), arm(1, 2), 'worse'],
    [arm(0, 2), arm(2, 2), 'flipped-to-pass'],
    [arm(0, 2), arm(1, 2), 'better'],
    [arm(1, 2), arm(2, 2), 'better'],
    [arm(2, 2), arm(2, 2), 'same'],
    [arm(0, 0), arm(1, 1), 'new'],
    [arm(2, 2), arm(1, 1, [dead]), 'incomplete'],
  ])('names what became of a case %#', (before, after, change) => {
    expect(changeOf(before, after)).toBe(change);
  });

  it('tells a decision that changed where both passed as often, and nowhere else', () => {
    expect(changeOf(arm(2, 2), arm(2, 2), { differences: [loan] })).toBe('decision-changed');
    expect(changeOf(arm(2, 2), arm(1, 2), { differences: [loan] })).toBe('worse');
  });

  it('is incomplete where runs are missing, whatever took them away', () => {
    expect(changeOf(arm(2, 2), arm(1, 1), { planned: 2 })).toBe('incomplete');
  });
});

it('counts decisions with the trials of one case at a time in memory', () => {
  const read: string[] = [];
  const sides = ['a', 'b'].map((id) => ({
    loaded: { case: { id, label: { decision: { approved: true } } } } as unknown as LoadedCase,
    arm: {
      ...arm(1, 1),
      get trials() {
        read.push(`${id} read`);
        const decision = {
          get approved() {
            read.push(`${id} counted`);
            return true;
          },
        };
        return [{ decision }] as unknown as CaseArm['trials'];
      },
    },
  }));
  const agent = { scorers: [], approvalField: 'approved' } as unknown as Agent;
  expect(confusionOfArms(agent, sides)).toMatchObject({ confusion: { cells: [{ expected: true, decided: true, trials: 2 }] } });
  expect([...new Set(read)]).toEqual(['a read', 'a counted', 'b read', 'b counted']);
});

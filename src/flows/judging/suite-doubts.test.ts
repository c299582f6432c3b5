import { expect, test } from 'vitest';
import type { Agent } from '../../agent/define-agent.ts';
import type { RelationKind } from '../../contracts/relation.ts';
import { expectedDecision } from '../../scorers/expected-decision.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { suiteDoubts } from './suite-doubts.ts';

const agentWith = (kinds: readonly RelationKind[], scorers: Agent['scorers'] = []) =>
  ({ scorers, relations: kinds.map((kind) => ({ name: kind, kind, twins: () => [], check: () => [] })) }) as unknown as Agent;
const caseWith = (...relations: readonly string[]) =>
  ({
    case: { id: 'one', label: { decision: {} } },
    fingerprint: 'f',
    family: { twins: relations.map((relation) => ({ relation })), notJudged: [] },
  }) as unknown as LoadedCase;

test.each<[string, readonly RelationKind[], readonly string[], number]>([
  ['the same in every twin', ['invariance'], ['invariance'], 1],
  ['nothing that is told', ['invariance', 'resistance'], ['invariance', 'resistance'], 1],
  ['nothing that goes the other way', ['monotone'], ['monotone'], 1],
  ['where it flips', ['invariance', 'straddle'], ['invariance', 'straddle'], 0],
  ['where it flips, which is not asked', ['invariance', 'straddle'], ['invariance'], 1],
  ['nothing', ['invariance'], [], 0],
])('relations alone, which ask for %s', (_, kinds, asked, doubts) => {
  const said = suiteDoubts(agentWith(kinds), [caseWith(...asked)]);
  expect(said).toHaveLength(doubts);
  for (const each of said) expect(each).toContain('answers the same whatever it is asked');
});

test('a scorer that compares with the label leaves no such doubt', () => {
  expect(suiteDoubts(agentWith(['invariance'], [expectedDecision()]), [caseWith('invariance')])).toEqual([]);
});

test('that all cases expect the same is found out in one look at each, in whatever order their labels lie', () => {
  let looks = 0;
  const same = (one: unknown, other: unknown) => {
    looks += 1;
    return one === other;
  };
  const agent = { ...agentWith([], [expectedDecision()]), toolVariants: {}, compare: { approved: same } } as unknown as Agent;
  const expecting = (approved: (index: number) => boolean) =>
    Array.from({ length: 1000 }, (_, index) => ({
      ...caseWith(),
      case: { id: `${index}`, label: { decision: { approved: approved(index) } } },
      fingerprint: `${index}`,
    })) as unknown as LoadedCase[];
  for (const labels of [(index: number) => index < 500, (index: number) => index < 999, (index: number) => index % 2 === 0])
    expect(suiteDoubts(agent, expecting(labels))).toEqual([]);
  expect(
    suiteDoubts(
      agent,
      expecting(() => true),
    ),
  ).toEqual([expect.stringContaining('All 1,000 cases expect the same decision')]);
  expect(looks).toBeGreaterThan(1000);
  expect(looks).toBeLessThan(20_000);
});

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

import { expect, it } from 'vitest';
import { caseSchema, type Label } from '../../contracts/case.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { mayJudge } from '../gate/1-load-suite.ts';

const origin = { kind: 'imported', format: 'csv', file: 'p.csv', row: 'a', content: '0'.repeat(64) } as const;
const found = (label: Pick<Label, 'source' | 'reviewers'>) =>
  caseSchema.safeParse({ id: 'a', title: 'a', input: {}, label: { decision: { accepted: true }, rationale: 'r', ...label }, origin });

it.for([
  ['imported', [], false],
  ['imported', [{ kind: 'model' }], false],
  ['imported', [{ kind: 'human', name: 'Ada Lovelace' }], true],
  ['imported', [{ kind: 'policy' }], true],
  ['model', [{ kind: 'human', name: 'Ada Lovelace' }], false],
] as const)('a label of source %s with the reviewers %j judges: %s', ([source, reviewers, judges]) => {
  const { data } = found({ source, reviewers: [...reviewers] });
  expect(data && mayJudge({ case: data } as LoadedCase)).toBe(judges);
});

it('only an imported label may be without a reviewer', () => {
  for (const source of ['human', 'policy', 'outcome', 'model'] as const)
    expect(found({ source, reviewers: [] }).error?.issues[0]?.message).toContain('at least one reviewer');
});

import { expect, test } from 'vitest';
import type { Fate, MutationReport } from '../contracts/mutation.ts';
import { compareMutation } from './compare-mutation.ts';
import { mutationScore } from './mutation-score.ts';

const reportOf = (fates: Readonly<Record<string, Fate>>): MutationReport => {
  const mutants = Object.entries(fates).map(([id, fate]) => ({
    id,
    family: 'tools' as const,
    mutator: 'm',
    what: id,
    fate,
    end: 'pass' as const,
    reason: '',
    cases: [],
    scorers: [],
  }));
  const version = { name: 'v1', fingerprint: 'a'.repeat(64), prompt: 'p', toolVariant: 't', model: 'm' };
  return {
    ...{ format: 1, agent: 'a', version, mode: 'simulated', cases: ['c'], trials: 1, mutants, idleCases: [], idleScorers: [] },
    score: mutationScore(mutants, ['survived']),
    lowerScore: mutationScore(mutants, ['survived', 'not-expressible']),
  } as MutationReport;
};

const ids = (of: readonly { readonly id: string }[]) => of.map(({ id }) => id);

test.each<[string, Record<string, Fate>, Record<string, Fate>, { lost?: string[]; added?: string[]; fell: boolean }]>([
  ['the same', { a: 'killed', b: 'survived' }, { a: 'killed', b: 'survived' }, { fell: false }],
  ['a fault that is let through now', { a: 'killed', b: 'killed' }, { a: 'killed', b: 'survived' }, { lost: ['b'], fell: true }],
  ['one that nobody can tell now', { a: 'killed', b: 'killed' }, { a: 'killed', b: 'not-expressible' }, { lost: ['b'], fell: true }],
  ['one lost, another won', { a: 'killed', b: 'survived' }, { a: 'survived', b: 'killed' }, { lost: ['a'], fell: true }],
  ['a new fault that is let through', { a: 'killed' }, { a: 'killed', b: 'survived' }, { added: ['b'], fell: true }],
  [
    'a new fault among many, the share as large',
    { a: 'killed', b: 'survived' },
    { a: 'killed', b: 'survived', c: 'killed' },
    { fell: false },
  ],
  ['what a fault was planted in went away', { a: 'killed', b: 'killed' }, { a: 'killed' }, { fell: false }],
  ['everything that was killed went away', { a: 'killed' }, { b: 'not-expressible' }, { fell: true }],
  ['nothing counted before', { a: 'not-expressible' }, { a: 'survived' }, { fell: false }],
])('%s', (_, before, after, { lost = [], added = [], fell }) => {
  const compared = compareMutation(reportOf(before), reportOf(after));
  expect({ lost: ids(compared.lost), added: ids(compared.added), fell: compared.fell }).toEqual({ lost, added, fell });
});

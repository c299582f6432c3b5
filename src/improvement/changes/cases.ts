import type { Proposer } from './proposer.ts';

/** Runs that no case keeps yet. */
export const caseChanges: Proposer = ({ problems }) => {
  const fromTraces = problems.filter(
    ({ kind, examples }) => kind !== 'inefficiency' && kind !== 'drift' && examples.some((example) => example.kind === 'trace'),
  );
  if (fromTraces.length === 0) return [];
  const traces = [...new Set(fromTraces.flatMap(({ examples }) => examples.filter(({ kind }) => kind === 'trace').map(({ run }) => run)))];
  return [
    {
      priority: 'P1',
      group: 'cases',
      what: 'Keep these runs as cases, so that no later version brings the faults back',
      target: 'cases',
      before: '',
      after: `docket cases draft --by finding, then docket cases review. Traces: ${traces.slice(0, 10).join(', ')}`,
      literal: false,
      evidence: fromTraces.map(({ id }) => id),
    },
  ];
};

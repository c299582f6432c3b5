import { describe, expect, it } from 'vitest';
import { createGate, type Gate } from './create-gate.ts';
import { drawHarm, type PlayedCase, playChange } from './play.ts';
import { counts } from './testing/screened-case.ts';

const none = counts(0, 0);
/** A run passes where its true rate is above one half, and a failure is a false approval where that share is. */
const half = () => 0.5;
const steady: PlayedCase = { id: 'steady', baseline: counts(10, 10), mainRate: 1, candidateRate: 1 };
const loan = (more: Partial<PlayedCase>): PlayedCase => ({
  id: 'loan',
  critical: true,
  baseline: counts(10, 10),
  mainRate: 1,
  candidateRate: 1,
  ...more,
});
const nothing = { fresh: none, confirm: none, candidate: none, screening: none, harm: { baseline: 0, confirm: 0, candidate: 0 } };

describe('a change that is played', () => {
  it('adds retries to the runs of the candidate but not to its screening, and counts every run and batch', () => {
    // One screening run each, then three retries: E of 10 of 10 against 0 of 4 is about 1,100, and 200 convicts.
    const end = playChange(createGate(), [steady, loan({ candidateRate: 0.4, harmShare: { main: 0, candidate: 0.6 } })], half);
    expect(end).toMatchObject({ runs: 5, batches: 2, verdict: { verdict: 'regressed', cause: 'critical', caseId: 'loan' } });
    expect(end.state).toEqual([
      {
        id: 'steady',
        critical: false,
        accusations: 0,
        baseline: counts(10, 10),
        ...nothing,
        candidate: counts(1, 1),
        screening: counts(1, 1),
      },
      {
        ...{ id: 'loan', critical: true, accusations: 0, baseline: counts(10, 10), ...nothing },
        ...{ candidate: counts(0, 4), screening: counts(0, 1), harm: { baseline: 0, confirm: 0, candidate: 4 } },
      },
    ]);
  });

  it('takes a failure for a false approval only where the share says so', () => {
    const end = playChange(createGate(), [steady, loan({ candidateRate: 0.4, harmShare: { main: 1, candidate: 0.5 } })], half);
    expect(end.verdict).toMatchObject({ verdict: 'regressed', cause: 'case', caseId: 'loan' });
    expect(end.state[1]?.harm).toEqual({ baseline: 0, confirm: 0, candidate: 0 });
  });

  it('draws main of a new case by main’s rate and share, beside the candidate', () => {
    const fresh = loan({ baseline: none, mainRate: 0.4, harmShare: { main: 1, candidate: 0 } });
    const end = playChange(createGate(), [steady, fresh], half);
    expect(end).toMatchObject({ runs: 9, batches: 3, verdict: { verdict: 'pass' } });
    expect(end.state[1]).toMatchObject({ fresh: counts(0, 3), candidate: counts(3, 3), harm: { baseline: 3, confirm: 0, candidate: 0 } });
  });

  it('keeps runs that confirm apart from main’s others', () => {
    const moved = loan({
      baselineHarm: 1,
      baseline: counts(19, 20),
      mainRate: 0.4,
      candidateRate: 0.4,
      harmShare: { main: 1, candidate: 1 },
    });
    const end = playChange(createGate({ confirm: true }), [steady, moved], half);
    expect(end.verdict).toMatchObject({ verdict: 'inconclusive', cause: 'main-moved' });
    expect(end.state[1]).toMatchObject({ fresh: none, confirm: counts(0, 10), harm: { baseline: 1, confirm: 10, candidate: 4 } });
  });

  it('goes on from what ran already, and leaves that as it was', () => {
    const first = playChange(createGate(), [steady, loan({ candidateRate: 0.4 })], half, 3);
    expect(first).toMatchObject({ runs: 0, verdict: { verdict: 'inconclusive', runs: { budget: 3 } } });
    const begun = first.state.map((each) => ({ ...each, candidate: counts(2, 2), screening: counts(2, 2) }));
    const before = structuredClone(begun);
    const end = playChange(
      createGate(),
      [steady, loan({ candidateRate: 0.4, harmShare: { main: 0, candidate: 1 } })],
      half,
      undefined,
      begun,
    );
    expect(end.state[1]?.harm.candidate).toBeGreaterThan(0);
    expect(end.state[0]?.candidate).toEqual(counts(3, 3));
    expect(begun).toEqual(before);
  });

  it('runs first what an earlier edition was accused of', () => {
    const end = playChange(createGate(), [steady, loan({ accusations: 1 })], half, 6);
    expect(end).toMatchObject({ runs: 6, batches: 1, verdict: { verdict: 'inconclusive', cause: 'not-cleared', caseId: 'loan' } });
  });

  it('ends with an error where a gate asks for ever', () => {
    const endless: Gate = { ...createGate(), next: () => ({ kind: 'sample', wanted: [] }) };
    expect(() => playChange(endless, [steady], half)).toThrow('The gate asked for 100000 batches without a verdict.');
  });
});

it('false approvals are drawn among the failures alone, and without a share nothing is drawn', () => {
  const drawn = [0.1, 0.6, 0.4, 0.5];
  expect(drawHarm(counts(2, 6), 0.5, () => drawn.shift() as number)).toBe(2);
  expect(drawn).toEqual([]);
  const never = () => {
    throw new Error('no random number is needed');
  };
  expect(drawHarm(counts(2, 6), undefined, never)).toBe(0);
});

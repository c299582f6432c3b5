import { describe, expect, it } from 'vitest';
import { deskWith } from '../../testing/desk-with.ts';
import type { FixtureProject } from '../../testing/fixture-project.ts';
import { storeRuns } from '../../testing/production-traces.ts';
import { runHere } from '../../testing/run-here.ts';

const decision = { accepted: true, fee: 10, reason: 'As weighed.' };

/** Two traces, of which one was recorded without its input. */
async function scored(project: FixtureProject) {
  await storeRuns(project.directory, [
    { number: 1, input: { weight: 5, worth: 1 }, decision },
    { number: 2, decision },
  ]);
  const { stdout } = await runHere(['traces', 'score', '--json'], project);
  const result = JSON.parse(stdout) as {
    readonly findings: readonly { readonly code: string; readonly traces: number }[];
    readonly notAsked: readonly { readonly scorer: string; readonly why: string; readonly traces: number; readonly declared: boolean }[];
  };
  const text = (await runHere(['traces', 'score'], project)).stdout;
  return {
    text,
    asked: Object.fromEntries(result.findings.map(({ code, traces }) => [code, traces])),
    notAsked: result.notAsked.map(({ scorer, why, traces, declared }) => `${scorer} ${why} ${traces}${declared ? '' : ' undeclared'}`),
  };
}

/** A scorer that has one finding of its own name wherever it is asked. */
const seen = (name: string, more: string) =>
  `{ scope: 'trial', name: '${name}', ${more} score: () => ({ name: '${name}', hard: false, pass: false, value: 0, reason: 'asked', findings: [{ code: '${name}', message: 'asked' }] }) }`;

describe('docket traces score asks a scorer where there is what it needs, and says where it did not', () => {
  it.each([
    ['nothing', 'needs: [],', 2, []],
    ['the input', "needs: ['input'],", 1, ['mine input 1']],
    ['a label', "needs: ['label'],", 1, ['mine input 1']],
    ['what it does not say', '', 1, ['mine input 1 undeclared']],
  ])('needs %s', async (_, needs, traces, notAsked) => {
    using project = deskWith(`[${seen('mine', needs)}]`);
    expect(await scored(project)).toMatchObject({ asked: { mine: traces }, notAsked });
  });

  it('where no policy answers in the place of a label, a scorer that may need one is not asked', async () => {
    using project = deskWith(`[...scorers, ${seen('labelled', "needs: ['label'],")}, ${seen('silent', '')}]`, 'policy: undefined');
    const { text, asked, notAsked } = await scored(project);
    expect(asked).toEqual({});
    expect(notAsked).toEqual([
      'expected-decision label 2',
      'self-consistency input 1',
      'trial-consistency repeats 2',
      'labelled label 2',
      'silent label 2 undeclared',
    ]);
    expect(text).toContain(
      'silent was not asked about any trace: it needs a label, and the agent has no policy to answer instead. It does not',
    );
    expect(text).toContain('self-consistency was not asked about 1 of 2 traces: it needs the whole input, which was not recorded.\n');
  });

  it('a policy that fails on an input is a finding, and the scorers that needed its answer are named', async () => {
    using project = deskWith(`[...scorers, ${seen('labelled', "needs: ['label'],")}]`, "policy() { throw new Error('no limit'); }");
    const { asked, notAsked } = await scored(project);
    expect(asked).toEqual({ 'policy-failed': 1 });
    expect(notAsked).toContain('labelled policy-failed 1');
  });

  it('the scorer that compares decisions goes by what it says of itself, not by its name', async () => {
    using project = deskWith(
      `[{ ...scorers[0], name: 'as-labelled', score: (evidence) => ({ ...scorers[0].score(evidence), name: 'as-labelled' }) }, ${seen('expected-decision', 'needs: [],')}]`,
    );
    await storeRuns(project.directory, [{ number: 3, input: { weight: 50, worth: 1 }, decision }]);
    const { asked } = await scored(project);
    expect(asked).toEqual({ 'expected-decision': 3, 'false-approval': 1 });
    const shown = await runHere(['traces', 'show', '0'.repeat(31).concat('3'), '--json'], project);
    expect(JSON.parse(shown.stdout)).toMatchObject({ scores: [{ name: 'expected-decision' }, { name: 'policy-agreement' }] });
  });
});

it('says which traces it did not look at, and whose they are', async () => {
  using project = deskWith('scorers');
  const by = (number: number, agent: string) => ({ number, decision, agent, input: { weight: 5, worth: 1 } });
  await storeRuns(project.directory, [by(1, 'parcel-desk'), by(2, 'claims'), by(3, 'claims'), by(4, '')]);
  const { stdout } = await runHere(['traces', 'score'], project);
  expect(stdout).toContain('1 trace scored');
  expect(stdout).toContain('3 of 4 traces were left out: "claims" (2), no agent name (1). --all-agents takes them');
  const all = await runHere(['traces', 'score', '--all-agents', '--json'], project);
  expect(JSON.parse(all.stdout)).toMatchObject({ traces: 4, leftOut: { traces: 0 } });
  const unknown = await runHere(['traces', 'score', '--agent', 'nope'], project);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain(
    'No trace is from the agent "nope". There are traces of "claims" (2), no agent name (1), "parcel-desk" (1).',
  );
});

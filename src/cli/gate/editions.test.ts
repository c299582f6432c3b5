import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GateProject, gateFiles, gateProject, soundPrompt } from '../testing/gate-project.ts';
import { changing, judge, laxPrompt } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const main = gateProject();
/** A pull request that was red once. */
let red: GateProject;
beforeAll(async () => {
  await runHere(['baseline', 'accept'], main);
  main.commit('The baseline');
  red = changing(main, { 'prompts/v1.md': laxPrompt });
  expect((await judge(red)).verdict).toMatchObject({ verdict: 'regressed' });
});
afterAll(() => {
  red[Symbol.dispose]();
  main[Symbol.dispose]();
});

const recordFile = ({ directory }: GateProject) => join(directory, '.docket/editions.json');
const remembered = (project: GateProject) =>
  (JSON.parse(readFileSync(recordFile(project), 'utf8')) as { records: { branch: string; cases: { id: string; editions: object[] }[] }[] })
    .records;

/** The next edition on the same branch: a copy, because modules are loaded by path. */
const edition = (project: GateProject, prompt: string) => changing(project, { 'prompts/v1.md': prompt });

describe('editions of one change', () => {
  it('are run first on what an earlier one was accused of, and convicted again where only the wording changed', {
    tags: ['slow'],
  }, async () => {
    const [record] = remembered(red);
    expect(record?.cases.map(({ id }) => id)).toEqual(expect.arrayContaining(['over-limit']));
    using next = edition(red, `${laxPrompt}Thank you.\n`);
    const { verdict } = await judge(next);
    expect(verdict).toMatchObject({
      verdict: 'regressed',
      notices: expect.arrayContaining([expect.objectContaining({ kind: 'earlier-edition' })]),
    });
    expect(remembered(next)[0]?.cases.find(({ id }) => id === 'over-limit')?.editions).toHaveLength(2);
  });

  it('are cleared once they are mended, by more runs than a first edition needs, and then nothing is remembered', {
    tags: ['slow'],
  }, async () => {
    using next = edition(red, `${soundPrompt}Be brief.\n`);
    const { verdict } = await judge(next);
    expect(verdict).toMatchObject({ verdict: 'pass', basis: 'tested' });
    const overLimit = 'cases' in verdict ? verdict.cases.find(({ id }) => id === 'over-limit') : undefined;
    // 18 clean runs clear it, and three rounds are screened.
    expect(overLimit?.candidate.trials.length).toBe(21);
    // The others were only screened, and a reader thinks of any of them.
    expect(verdict.notices.find(({ kind }) => kind === 'bound')?.message).toBe(
      'A case that passed all of its 3 runs may still fail in up to 63 % of runs (95 % confidence).',
    );
    expect(remembered(next)).toEqual([]);
    using last = edition(next, `${soundPrompt}Be very brief.\n`);
    expect((await judge(last)).verdict.notices.map(({ kind }) => kind)).not.toContain('earlier-edition');
  });

  it('answer for what main accused them of, though rules that one proposed would have passed it', { tags: ['slow'] }, async () => {
    using other = main.branchAs('proposes');
    other.write('prompts/v1.md', laxPrompt);
    for (const [id, weight] of [
      ['over-limit', 21],
      ['heavy', 30],
    ] as const)
      other.write(`cases/${id}.json`, gateFiles.parcel(id, weight, true));
    expect((await judge(other)).verdict).toMatchObject({ verdict: 'needs-approval' });
    expect(remembered(other)).toEqual([
      expect.objectContaining({ branch: 'proposes', cases: expect.arrayContaining([expect.objectContaining({ id: 'over-limit' })]) }),
    ]);
  });

  it('gives the same edition the same verdict again, from its stored trials', { tags: ['slow'] }, async () => {
    using copy = red.branch();
    const [first, again] = [await judge(copy), await judge(copy)];
    expect(again.verdict.reason).toBe(first.verdict.reason);
    expect(again.verdict.notices.map(({ kind }) => kind)).not.toContain('earlier-edition');
    expect(remembered(copy)[0]?.cases.every(({ editions }) => editions.length === 1)).toBe(true);
  });

  it('remembers branch by branch', { tags: ['slow'] }, async () => {
    using other = red.branchAs('another');
    other.write('prompts/v1.md', `${soundPrompt}Be brief.\n`);
    const { verdict } = await judge(other);
    expect(verdict).toMatchObject({ verdict: 'pass' });
    expect(verdict.notices.map(({ kind }) => kind)).not.toContain('earlier-edition');
    expect(remembered(other)).toHaveLength(1);
  });
});

/** What an author might do to the record; src/flows/gate/editions.test.ts has more. */
const tricks: readonly (readonly [name: string, trick: (project: GateProject, text: string) => void, words: string])[] = [
  [
    'holds no accusation any more',
    (project, text) => writeFileSync(recordFile(project), text.replace(/"records":\[.*\],/, '"records":[],')),
    'was changed after',
  ],
  ['is checked in', (project) => project.git('add', '--force', '.docket/editions.json'), 'git tracks it'],
];

describe('a record of editions that somebody changed', () => {
  it.each(tricks)('is not used and makes no pass: it %s', { tags: ['slow'] }, async (_name, trick, words) => {
    using next = edition(red, `${soundPrompt}Be brief.\n`);
    trick(next, readFileSync(recordFile(next), 'utf8'));
    const { verdict, code } = await judge(next, ['--on-inconclusive', 'warn']);
    expect(verdict).toMatchObject({ verdict: 'inconclusive', cause: 'not-cleared' });
    expect(verdict.reason).toContain(words);
    expect(code).toBe(5);
  });

  it('is made up for by what the comment of the pull request holds', { tags: ['slow'] }, async () => {
    using next = edition(red, `${laxPrompt}Thank you.\n`);
    const comment = join(next.directory, '.docket/comment.json');
    writeFileSync(comment, readFileSync(recordFile(next)));
    writeFileSync(recordFile(next), '{}');
    await runHere(['gate'], { directory: next.directory, environment: { DOCKET_EDITIONS: comment } });
    const verdict = JSON.parse(next.read('reports/verdict.json')) as { verdict: string; notices: { kind: string; caseId?: string }[] };
    expect(verdict.verdict).toBe('regressed');
    expect(verdict.notices).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'earlier-edition', caseId: 'over-limit' })]));
  });
});

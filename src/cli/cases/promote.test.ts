import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { caseSchema } from '../../contracts/case.ts';
import { draftSchema } from '../../contracts/draft.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { ReadTrace } from '../../flows/promote/1-read-traces.ts';
import { draftCases } from '../../flows/promote/2-draft-cases.ts';
import { draftId } from '../../review/draft.ts';
import { createPseudonyms } from '../../review/pseudonyms.ts';
import { type FixtureProject, fixtureProject, parcelCase } from '../testing/fixture-project.ts';
import { hostileText, parcelDesk } from '../testing/parcel-desk.ts';
import { belongTo, type ProductionRun, storeRuns, traceIdOf } from '../testing/production-traces.ts';
import { runHere } from '../testing/run-here.ts';

const run = (number: number, weight: number, accepted: boolean, more: Partial<ProductionRun> = {}): ProductionRun => ({
  number,
  input: { weight, worth: 50 },
  decision: { accepted, fee: accepted ? weight * 2 : 0, reason: 'As weighed.' },
  ...more,
});

async function project(runs: readonly ProductionRun[], reviewer = 'Ada Lovelace'): Promise<FixtureProject> {
  const made = fixtureProject();
  belongTo(made.directory, reviewer);
  await storeRuns(made.directory, runs);
  return made;
}

const folder = ({ directory }: FixtureProject) => join(directory, 'cases/drafts');
const draftsOf = (made: FixtureProject) =>
  (existsSync(folder(made)) ? readdirSync(folder(made)) : []).map((file) =>
    draftSchema.parse(JSON.parse(readFileSync(join(folder(made), file), 'utf8'))),
  );
const draftOf = (number: number) => draftId(traceIdOf(number));

async function json(made: FixtureProject, ...words: string[]) {
  const { code, stdout, stderr } = await runHere([...words, '--json'], made);
  return { code, stderr, ...(JSON.parse(stdout) as JsonObject) } as {
    readonly code: number;
    readonly stderr: string;
    readonly [member: string]: unknown;
  };
}

async function decide(made: FixtureProject, answers: readonly JsonObject[]) {
  writeFileSync(join(made.directory, 'answers.json'), JSON.stringify(answers));
  return json(made, 'cases', 'review', '--decide', 'answers.json');
}

describe('docket traces score', () => {
  it('names the findings of production, most frequent first, and keeps them beside the traces', async () => {
    using made = await project([
      run(1, 5, true),
      run(2, 30, true),
      run(3, 31, true),
      run(4, 6, true, { decision: { accepted: true, fee: 1, reason: hostileText } }),
    ]);
    const scored = await json(made, 'traces', 'score');
    expect(scored).toMatchObject({
      code: 0,
      traces: 4,
      withFindings: 3,
      findings: [
        { code: 'false-approval', traces: 2 },
        { code: 'wrong-fee', traces: 1 },
      ],
    });
    const { stdout } = await runHere(['traces', 'score'], made);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may reach the terminal
    expect(stdout).not.toMatch(/[\u001B\u0007\u009B\u202E]/);
    const listed = await runHere(['traces', 'ls', '--finding', 'false-approval', '--json'], made);
    expect(listed.stdout).toContain(traceIdOf(2));
    expect(listed.stdout).not.toContain(traceIdOf(1));
  });

  it('judges what it can without an input, and says how many', async () => {
    using made = await project([{ number: 1, decision: { accepted: true, fee: 1, reason: 'x' } }]);
    expect(await json(made, 'traces', 'score')).toMatchObject({ traces: 1, inputIncomplete: 1, withFindings: 0 });
  });

  it('says what to do when there are no traces', async () => {
    using made = fixtureProject();
    const { code, stderr } = await runHere(['traces', 'score'], made);
    expect(code).toBe(2);
    expect(stderr).toContain('docket traces serve');
  });
});

describe('docket cases draft', () => {
  it('drafts redacted drafts without the production decision, one for all near-duplicates', async () => {
    const secret = { notes: 'jane@example.org' };
    using made = await project([
      run(1, 12, true),
      run(2, 12, true),
      run(3, 12.1, true),
      run(4, 30, true),
      run(5, 2, true, { input: { weight: 2, worth: 1, ...secret } }),
    ]);
    const drafted = await json(made, 'cases', 'draft');
    expect(drafted).toMatchObject({ code: 0, kind: 'drafts', traces: 5 });
    const drafts = draftsOf(made);
    expect(drafts.find(({ input }) => input.weight === 12 || input.weight === 12.1)).toMatchObject({ clusterSize: 3 });
    for (const { file, text } of readdirSync(folder(made)).map((name) => ({
      file: name,
      text: readFileSync(join(folder(made), name), 'utf8'),
    }))) {
      expect(file).toMatch(/^trace-[0-9a-f]{16}\.json$/);
      expect(text).not.toMatch(/accepted|fee|jane@example|false-approval|finding|sample/);
    }
  });

  it('writes a file for each draft that it lists, whatever the ids of the traces have in common', async () => {
    const runs = Array.from({ length: 12 }, (_, index) => run(index + 1, 3 + 4 * index, true));
    using made = await project(runs);
    const ids = new Set(runs.map(({ number }) => traceIdOf(number)));
    expect(new Set([...ids].map((id) => id.slice(0, 16))).size).toBe(1);
    const { files } = await json(made, 'cases', 'draft', '--limit', '12');
    expect(files).toHaveLength(12);
    expect(new Set(draftsOf(made).map(({ traceId }) => traceId))).toEqual(ids);
    expect((files as string[]).toSorted()).toEqual(readdirSync(folder(made)).map((file) => join(folder(made), file)));
    // The same traces again: nothing is written, and nothing over what is there.
    expect(await json(made, 'cases', 'draft', '--limit', '12')).toMatchObject({ files: [], known: 12 });
  });

  it('drafts a trace that somebody names, by the beginning of its id, and says when none begins so', async () => {
    using made = await project([run(1, 5, true), run(2, 30, true)]);
    expect(await json(made, 'cases', 'draft', '--trace', traceIdOf(2))).toMatchObject({ traces: 1, drafts: [{ traceId: traceIdOf(2) }] });
    expect(await json(made, 'cases', 'draft', '--trace', 'ffff')).toMatchObject({
      code: 2,
      message: expect.stringContaining('There is no trace "ffff"'),
    });
    expect(draftsOf(made)).toHaveLength(1);
  });

  it('says for which reasons something was picked, and of no draft which was its own', async () => {
    using made = await project([run(1, 5, true), run(2, 30, true), run(3, 14, true), run(4, 50, true)]);
    const { stdout } = await runHere(['cases', 'draft'], made);
    expect(stdout).toContain('Picked for: finding, novelty, sample.');
    const lines = stdout.split('\n').filter((line) => line.includes('trace-'));
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(line).not.toMatch(/finding|novelty|sample|normal/);
    expect(lines.toSorted()).toEqual(lines);
  });

  it('keeps what speaks for a draft beside its trace, so that a reviewer sees it after the label', async () => {
    using made = await project([run(1, 30, true)]);
    await json(made, 'cases', 'draft');
    const discarded = await decide(made, [{ draft: draftOf(1), answer: 'discard', reason: 'let me see' }, { answer: 'undo' }]);
    expect(JSON.stringify(discarded.answers)).not.toMatch(/production|accepted/);
    expect(await decide(made, [{ draft: draftOf(1), answer: 'approve' }])).toMatchObject({
      answers: [{ production: { decision: { accepted: true }, findings: [expect.stringContaining('a false approval')] } }],
    });
  });

  it('leaves out cases, drafts and discarded ones', async () => {
    using made = await project([run(1, 5, true), run(2, 12, true), run(3, 40, true)]);
    made.writeCase('twelve', { ...parcelCase('twelve', 12, true), input: { weight: 12, worth: 50 } });
    await json(made, 'cases', 'draft');
    expect(
      draftsOf(made)
        .map(({ input }) => input.weight)
        .sort(),
    ).toEqual([40, 5]);
    await decide(made, [{ draft: draftOf(3), answer: 'discard', reason: 'a test call' }]);
    expect(await json(made, 'cases', 'draft')).toMatchObject({ drafts: [], known: 3 });
  });

  it('does not draft again what a redacted case stands for, nor two inputs that redaction makes the same', async () => {
    const agent = { ...parcelDesk, redaction: { worth: 'generalise' } } as const;
    const traces = [1244, 1155, 9000].map((worth, index): ReadTrace => {
      const input = { weight: 15, worth };
      const rest = { complete: true, userMessage: null, choice: 'accepted=true;', versionFingerprint: null, findings: [] };
      return { traceId: traceIdOf(index + 1), input, ...rest };
    });
    const plan = { agent, traces, cases: [], drafts: [], limit: 5, random: () => 0.5, today: '2026-11-01' };
    const draft = (more: Partial<Parameters<typeof draftCases>[0]> = {}) =>
      draftCases({ ...plan, pseudonyms: createPseudonyms('a key for tests, long enough to be one'), ...more });
    const first = await draft();
    expect(first).toMatchObject({ clusters: 3, known: 1 });
    const worths = first.drafts.map(({ input }) => Number(input.worth));
    expect(worths.toSorted()).toEqual([1200, 9000]);
    // As many as are wanted, although one of the first two is left out.
    expect((await draft({ limit: 2 })).drafts).toEqual(first.drafts);
    expect(await draft({ traces: traces.slice(1, 2), drafts: first.drafts.filter(({ input }) => input.worth === 1200) })).toMatchObject({
      drafts: [],
      known: 1,
    });
  });

  it('is the same with the same seed, and stops at the limit', async () => {
    using made = await project(Array.from({ length: 30 }, (_, index) => run(index + 1, 1 + index, index < 20)));
    expect(await json(made, 'cases', 'draft', '--limit', '4', '--seed', '9')).toMatchObject({ drafts: { length: 4 } });
  });

  it('verifies the redaction with the agent, and finds where another version disagrees', async () => {
    using made = await project([run(1, 30, true), run(2, 3, true)]);
    const drafted = await json(made, 'cases', 'draft', '--verify', '--compare', 'v2', '--by', 'disagreement');
    expect(drafted).toMatchObject({
      mode: 'simulated',
      drafts: [{ traceId: traceIdOf(1), equivalence: { policy: 'same', agent: 'same' } }],
    });
    expect(drafted.drafts).toHaveLength(1);
  });

  it('says so when all traces are of another agent', async () => {
    using made = await project([run(1, 5, true, { agent: 'Another agent' })]);
    const { stderr } = await runHere(['cases', 'draft'], made);
    expect(stderr).toContain('No trace is from the agent "parcel-desk"');
    expect(await json(made, 'cases', 'draft', '--agent', 'Another agent')).toMatchObject({ traces: 1, drafts: { length: 1 } });
  });

  it('refuses an unknown reason', async () => {
    using made = await project([run(1, 5, true)]);
    expect(await json(made, 'cases', 'draft', '--by', 'mood')).toMatchObject({ code: 2, kind: 'error' });
  });

  it('shows no escape sequence of a hostile trace', async () => {
    using made = await project([
      { number: 1, decision: { accepted: true, fee: 0, reason: hostileText }, userMessage: `${hostileText} call 555-123-4567` },
    ]);
    const { stdout } = await runHere(['cases', 'draft'], made);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may reach the terminal
    expect(stdout).not.toMatch(/[\u001B\u0007\u009B\u202E]/);
    expect(draftsOf(made)[0]).toMatchObject({ missing: ['weight', 'worth'], userMessage: expect.stringMatching(/call 000-\d{3}-\d{4}/) });
  });
});

describe('docket cases review --decide', () => {
  it('turns an approved draft into a case that the suite runs, and only then shows what production did', async () => {
    using made = await project([run(1, 30, true)]);
    await json(made, 'cases', 'draft');
    expect(draftsOf(made)).toHaveLength(1);
    const id = draftOf(1);
    const reviewed = await decide(made, [{ draft: id, answer: 'approve', id: 'from-production', title: 'Too heavy, and taken' }]);
    expect(reviewed).toMatchObject({
      code: 0,
      reviewer: 'Ada Lovelace',
      open: [],
      answers: [{ draft: id, result: 'a case', production: { decision: { accepted: true } } }],
    });
    expect(draftsOf(made)).toEqual([]);
    const file = join(made.directory, 'cases/from-production.json');
    expect(caseSchema.parse(JSON.parse(readFileSync(file, 'utf8')))).toMatchObject({
      label: { decision: { accepted: false }, source: 'policy', reviewers: [{ kind: 'policy' }, { kind: 'human', name: 'Ada Lovelace' }] },
      origin: { kind: 'trace', traceId: traceIdOf(1) },
    });
    expect(await json(made, 'cases', 'lint')).toMatchObject({ code: 0, faults: [] });
    const evaluated = await json(made, 'eval', '--versions', 'v1,v2', '--case', 'from-production', '--trials', '1');
    expect(evaluated.versions).toMatchObject([{ totals: { passes: 0 } }, { totals: { passes: 1 } }]);
  });

  it('saves each answer, refuses one that cannot stand and undoes the last', async () => {
    using made = await project([run(1, 30, true), run(2, 3, true), run(3, 10, true)]);
    await json(made, 'cases', 'draft');
    const before = draftsOf(made).length;
    const reviewed = await decide(made, [
      { draft: draftOf(1), answer: 'approve' },
      { draft: '../../heavy', answer: 'approve' },
      { draft: draftOf(2), answer: 'correct', decision: { acepted: true }, rationale: 'x' },
      { draft: draftOf(2), answer: 'approve', id: 'heavy' },
      { draft: draftOf(3), answer: 'discard', reason: 'oops' },
      { answer: 'undo' },
      { draft: draftOf(3), answer: 'skip' },
    ]);
    expect(reviewed.code).toBe(2);
    expect((reviewed.answers as readonly { readonly result: string }[]).map(({ result }) => result)).toEqual([
      'a case',
      'refused',
      'refused',
      'refused',
      'discarded',
      'undone',
      'skipped',
    ]);
    expect(reviewed.answers).toMatchObject({ 3: { fault: expect.stringContaining('already exists. Give the case another name') } });
    expect(draftsOf(made)).toHaveLength(before - 1);
    expect(reviewed.open).toEqual([draftOf(2), draftOf(3)].sort());
    expect(JSON.parse(readFileSync(join(made.directory, 'cases/heavy.json'), 'utf8'))).toMatchObject({ title: 'A parcel of 30 kg' });
  });

  it('refuses an input that a person filled in and that a case has already', async () => {
    using made = await project([{ number: 1, decision: { accepted: true, fee: 0 }, userMessage: 'A heavy parcel.' }]);
    await json(made, 'cases', 'draft');
    const { input } = JSON.parse(readFileSync(join(made.directory, 'cases/heavy.json'), 'utf8'));
    const answer = { draft: draftOf(1), answer: 'approve', id: 'from-production' };
    expect(await decide(made, [{ ...answer, input }])).toMatchObject({
      code: 2,
      answers: [{ result: 'refused', fault: expect.stringContaining('the case "heavy" already has this input') }],
    });
    expect(draftsOf(made)).toHaveLength(1);
    expect(await decide(made, [{ ...answer, input: { ...input, worth: 77 } }])).toMatchObject({ code: 0, answers: [{ result: 'a case' }] });
  });

  it('a critical case waits for a second person, who is not shown the first answer', async () => {
    using made = await project([run(1, 19.5, true)]);
    await json(made, 'cases', 'draft');
    const answer = { draft: draftOf(1), answer: 'correct', decision: { accepted: false }, rationale: 'It leaks.', critical: true };
    expect(await decide(made, [answer])).toMatchObject({ answers: [{ result: 'critical, waiting for a second reviewer' }], open: [] });
    expect(await decide(made, [answer])).toMatchObject({ code: 2, answers: [{ result: 'refused' }] });
    belongTo(made.directory, 'Grace Hopper');
    expect(await decide(made, [answer])).toMatchObject({ code: 0, answers: [{ result: 'a case' }] });
    expect(await json(made, 'cases', 'audit')).toMatchObject({ code: 1, suspects: [{ caseId: draftOf(1), by: 'policy' }] });
  });

  it('wants a name behind a label, a sound file, and a terminal when there is no file', async () => {
    using made = await project([run(1, 5, true)]);
    await json(made, 'cases', 'draft');
    expect(await decide(made, [{ answer: 'undo' }])).toMatchObject({ code: 2, answers: [{ fault: 'There is nothing to undo.' }] });
    writeFileSync(join(made.directory, 'answers.json'), '[{"draft": "trace-1"}]');
    expect((await runHere(['cases', 'review', '--decide', 'answers.json'], made)).stderr).toMatch(
      /nothing was saved[\s\S]*at \[0\]\.answer/,
    );
    writeFileSync(join(made.directory, 'answers.json'), '[{"answer": "maybe"}]');
    expect(await json(made, 'cases', 'review', '--decide', 'answers.json')).toMatchObject({ code: 2, kind: 'error' });
    expect((await runHere(['cases', 'review'], made)).stderr).toContain('--decide');
    expect(draftsOf(made)).toHaveLength(1);
  });
});

it("drafts under the folder's former name are not overlooked in silence", async () => {
  using project = fixtureProject();
  await storeRuns(project.directory, [{ number: 1, decision: { accepted: true, fee: 6, reason: 'fine' }, userMessage: 'A parcel' }]);
  mkdirSync(join(project.directory, 'cases', 'candidates'));
  const { stderr, code } = await runHere(['cases', 'draft'], project);
  expect(stderr).toMatch(/Drafts are in \S+cases\/drafts now\. Rename the folder \S+cases\/candidates: git mv /);
  expect(code).toBe(2);
});

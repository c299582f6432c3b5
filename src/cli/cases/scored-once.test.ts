import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, it, vi } from 'vitest';
import { draftId } from '../../review/draft.ts';
import { deskWith } from '../testing/desk-with.ts';
import type { FixtureProject } from '../testing/fixture-project.ts';
import { belongTo, storeRuns, traceIdOf } from '../testing/production-traces.ts';
import { runHere } from '../testing/run-here.ts';

afterEach(() => vi.unstubAllEnvs());

/** A scorer that notes in a file that it was asked, and complains of what weighs more than 20 kg. */
const noting = `[{ scope: 'trial', name: 'noting', needs: ['input'], score({ input }) {
  process.getBuiltinModule('node:fs').appendFileSync(process.env.ASKED, 'x');
  const findings = input.weight > 20 ? [{ code: 'heavy', message: 'More than 20 kg.' }] : [];
  return { name: 'noting', hard: false, pass: findings.length === 0, value: 0, reason: 'weighed', findings };
} }]`;

const run = (number: number, weight: number) => ({
  number,
  input: { weight, worth: 50 },
  decision: { accepted: true, fee: weight * 2, reason: 'As weighed.' },
});

async function project(): Promise<FixtureProject> {
  const made = deskWith(noting);
  vi.stubEnv('ASKED', join(made.directory, 'asked'));
  belongTo(made.directory, 'Ada');
  await storeRuns(made.directory, [run(1, 5), run(2, 30), run(3, 12)]);
  return made;
}

/** How often the scorer was asked while the command ran. */
async function asked(made: FixtureProject, ...words: string[]): Promise<number> {
  const log = join(made.directory, 'asked');
  rmSync(log, { force: true });
  const { code, stderr } = await runHere(words, made);
  expect(code, stderr).toBe(0);
  return existsSync(log) ? readFileSync(log, 'utf8').length : 0;
}

async function review(made: FixtureProject): Promise<{ readonly asked: number; readonly findings: unknown }> {
  const answer = { draft: draftId(traceIdOf(2)), answer: 'approve' };
  writeFileSync(join(made.directory, 'answers.json'), JSON.stringify([answer]));
  const log = join(made.directory, 'asked');
  rmSync(log, { force: true });
  const { stdout, stderr } = await runHere(['cases', 'review', '--decide', 'answers.json', '--json'], made);
  const { answers } = JSON.parse(stdout) as { answers: { production?: { findings: unknown }; fault?: string }[] };
  return { asked: existsSync(log) ? readFileSync(log, 'utf8').length : 0, findings: answers[0]?.production?.findings ?? [stderr, answers] };
}

it('a trace is scored once on its way to a case: by whoever comes first', async () => {
  using made = await project();
  expect(await asked(made, 'traces', 'score')).toBe(3);
  expect(await asked(made, 'cases', 'draft')).toBe(0);
  expect(await review(made)).toEqual({ asked: 0, findings: ['More than 20 kg.'] });
});

it('drafting scores what nobody has scored, and keeps it for the review and the list', async () => {
  using made = await project();
  expect(await asked(made, 'cases', 'draft')).toBe(3);
  expect(await review(made)).toEqual({ asked: 0, findings: ['More than 20 kg.'] });
  const { stdout } = await runHere(['traces', 'ls', '--finding', 'heavy', '--json'], made);
  expect(JSON.parse(stdout)).toMatchObject({ traces: [{ traceId: traceIdOf(2) }] });
});

it.each<[string, number, (made: FixtureProject) => void]>([
  [
    'scorers that changed score anew',
    3,
    ({ directory }) =>
      writeFileSync(join(directory, 'scorers.ts'), `// Stricter now.\n${readFileSync(join(directory, 'scorers.ts'), 'utf8')}`),
  ],
  [
    'a configuration that changed may have another policy',
    3,
    ({ directory }) =>
      writeFileSync(join(directory, 'docket.config.ts'), `// Other limits.\n${readFileSync(join(directory, 'docket.config.ts'), 'utf8')}`),
  ],
  ['traces that came since are scored, the others not', 2, ({ directory }) => storeRuns(directory, [run(4, 25), run(5, 1), run(1, 5)])],
  [
    'scores that were lost are made again',
    1,
    (made) => sql(made, 'DELETE FROM score_rows WHERE rowid = (SELECT min(rowid) FROM score_rows)'),
  ],
  [
    'damaged scores are made again',
    1,
    (made) =>
      sql(made, `UPDATE score_rows SET score = replace(score, 'weighed', 'unweighed') WHERE rowid = (SELECT min(rowid) FROM score_rows)`),
  ],
  ['scores of before the judge was noted are made again', 3, (made) => sql(made, 'UPDATE trace_rows SET judge = NULL, score_count = NULL')],
])('%s', async (_, times, change) => {
  using made = await project();
  expect(await asked(made, 'traces', 'score')).toBe(3);
  await change(made);
  expect(await asked(made, 'cases', 'draft')).toBe(times);
  expect(await asked(made, 'cases', 'draft')).toBe(0);
});

it('scoring again by the command asks again', async () => {
  using made = await project();
  expect(await asked(made, 'traces', 'score')).toBe(3);
  expect(await asked(made, 'traces', 'score')).toBe(3);
});

it('a review scores a trace that the scorers of today have not scored', async () => {
  using made = await project();
  await asked(made, 'cases', 'draft');
  sql(made, 'UPDATE trace_rows SET judge = NULL');
  expect(await review(made)).toEqual({ asked: 1, findings: ['More than 20 kg.'] });
});

function sql({ directory }: FixtureProject, statement: string): void {
  const database = new DatabaseSync(join(directory, '.docket', 'traces.db'));
  database.exec(statement);
  database.close();
}

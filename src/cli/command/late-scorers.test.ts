import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { deskWith } from '../testing/desk-with.ts';
import type { FixtureProject } from '../testing/fixture-project.ts';
import { storeRuns } from '../testing/production-traces.ts';
import { runHere } from '../testing/run-here.ts';

afterEach(() => vi.unstubAllEnvs());

/** A scorer that answers later, notes that it was asked, and costs a cent each time; and one of repeats. */
const paid = (signature = 'async score(evidence)') => `[...scorers, { scope: 'trial', name: 'paid', needs: [], ${signature} {
  process.getBuiltinModule('node:fs').appendFileSync(process.env.ASKED, 'x');
  if (process.env.BROKEN) throw new Error('overloaded');
  await new Promise(setImmediate);
  return { name: 'paid', hard: true, pass: true, value: 1, reason: 'fine', findings: [], dollars: 0.01 };
} }, { scope: 'case', name: 'alike', async score({ trials }) {
  process.getBuiltinModule('node:fs').appendFileSync(process.env.ASKED, 'c');
  return { name: 'alike', hard: false, pass: true, value: 1, reason: trials.length + ' alike', findings: [] };
} }]`;

function projectWith(scorers: string): FixtureProject {
  const made = deskWith(scorers);
  vi.stubEnv('ASKED', join(made.directory, 'asked'));
  return made;
}

/** How often each scorer was asked while the command ran, and what came of it. */
async function run(made: FixtureProject, ...words: string[]) {
  const log = join(made.directory, 'asked');
  rmSync(log, { force: true });
  appendFileSync(log, '');
  const ended = await runHere(words, made);
  const asked = existsSync(log) ? readFileSync(log, 'utf8') : '';
  return { ...ended, paid: asked.match(/x/g)?.length ?? 0, alike: asked.match(/c/g)?.length ?? 0 };
}

it('every way of judging asks a scorer that answers later, and each trial is paid once in all of them', async () => {
  using made = projectWith(paid());
  const first = await run(made, 'eval', '--versions', 'v2', '--json');
  expect([first.paid, first.alike]).toEqual([4, 2]);
  const evaluation = JSON.parse(first.stdout);
  expect(evaluation).toMatchObject({ scoring: { asked: 6, reused: 0, dollars: 0.04 }, trials: { failed: 0 } });
  expect(evaluation.versions[0].cases[0].trials[0].scores).toContainEqual(expect.objectContaining({ name: 'paid', dollars: 0.01 }));
  expect(evaluation.versions[0].cases[0].scores).toContainEqual(expect.objectContaining({ name: 'alike', reason: '2 alike' }));
  const again = await run(made, 'eval', '--versions', 'v2');
  expect([again.paid, again.alike]).toEqual([0, 0]);
  expect(again.stdout).toContain('scorers: 0 answers asked for, 6 kept from before');
  // v1's trials only; v2's are known.
  expect((await run(made, 'compare', 'v1', 'v2')).paid).toBe(4);
  // A baseline has trials of its own.
  expect((await run(made, 'baseline', 'accept', '--trials', '2')).paid).toBe(4);
  expect((await run(made, 'baseline', 'accept', '--trials', '2', '--most', '3')).paid).toBe(2);
  writeFileSync(join(made.directory, 'scorers.ts'), `// Stricter now.\n${readFileSync(join(made.directory, 'scorers.ts'), 'utf8')}`);
  expect((await run(made, 'eval', '--versions', 'v2')).paid).toBe(4);
});

it('where it fails, the trials stay and the next run asks for what is missing', async () => {
  using made = projectWith(paid());
  vi.stubEnv('BROKEN', '1');
  const broken = await run(made, 'eval', '--versions', 'v2', '--json');
  expect(broken.code).toBe(3);
  const { versions, trials } = JSON.parse(broken.stdout);
  expect(trials).toEqual({ run: 4, reused: 0, failed: 4 });
  expect(versions[0].cases[0].infraErrors[0]).toMatchObject({ error: 'scorer', message: expect.stringContaining('The scorer "paid"') });
  expect(versions[0].totals).toMatchObject({ runs: 0, infraErrors: 4, notRun: 0 });
  vi.stubEnv('BROKEN', '');
  const mended = await run(made, 'eval', '--versions', 'v2', '--json');
  expect([mended.code, mended.paid]).toEqual([0, 4]);
  expect(JSON.parse(mended.stdout).trials).toEqual({ run: 0, reused: 4, failed: 0 });
});

it.each(['async score(evidence)', 'score: async (evidence) =>'])('traces are asked about once, whatever asks: %s', async (signature) => {
  using made = projectWith(paid(signature));
  const decision = { accepted: true, fee: 10, reason: 'As weighed.' };
  await storeRuns(
    made.directory,
    [1, 2, 3].map((number) => ({ number, input: { weight: number, worth: 1 }, decision })),
  );
  vi.stubEnv('BROKEN', '1');
  const broken = await run(made, 'traces', 'score');
  expect(broken.code).toBe(3);
  expect(broken.stdout.replace(/\s+/g, ' ')).toContain('! paid could not score 3 traces. First: The scorer "paid"');
  expect((await run(made, 'cases', 'draft')).stderr.replace(/\s+/g, ' ')).toContain('! paid could not score 3 traces.');
  vi.stubEnv('BROKEN', '');
  expect(await run(made, 'traces', 'score')).toMatchObject({ code: 0, paid: 3 });
  expect(await run(made, 'traces', 'score')).toMatchObject({ code: 0, paid: 0 });
  expect((await run(made, 'cases', 'draft')).paid).toBe(0);
});

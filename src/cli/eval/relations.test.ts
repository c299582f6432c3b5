import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { evaluationSchema } from '../../contracts/evaluation.ts';
import { fixtureProject, parcelCase } from '../testing/fixture-project.ts';
import { runHere } from '../testing/run-here.ts';

const index = new URL('../../index.ts', import.meta.url).href;
const desk = new URL('../testing/parcel-desk.ts', import.meta.url).href;

/** A project whose parcel desk has these relations, told as code: a module is loaded once a process, so each has a folder of its own. */
function deskWith(relations: string, more = '') {
  const project = fixtureProject({ trials: 2 });
  onTestFinished(() => project[Symbol.dispose]());
  const { directory } = project;
  project.writeCase('odd', parcelCase('odd', 91, false, 'A parcel of which the clerk says nothing'));
  writeFileSync(
    join(directory, 'docket.config.ts'),
    `import { instructionResistance, invariance, monotone, straddle } from '${index}';
import { parcelDesk } from '${desk}';
export default { agent: { ...parcelDesk, ${more}relations: [${relations}] }, cases: 'cases', current: 'v2', versions: ['v2'], trials: 2 };
`,
  );
  return (...words: string[]) => runHere(['eval', ...words], { directory });
}

const evaluate = (relations: string, ...words: string[]) => deskWith(relations)('--relations', ...words);

const border = `straddle({ field: 'weight', decides: 'accepted', policy: parcelDesk.policy, between: [1, 99] })`;
const worth = `invariance({ field: 'worth', values: [10, 20, 30], fields: ['accepted', 'fee'] })`;
const own = (body: string, check = '() => []') => `{ name: 'own', kind: 'invariance', twins: (input) => { ${body} }, check: ${check} }`;
const twin = `return [{ what: 'worth a little', input: { ...input, worth: 1 } }]`;

describe('docket eval --relations', () => {
  it('runs twins beside the cases, says how many, and says which relations hold', async () => {
    const { code, stdout, stderr } = await evaluate(`${border}, ${worth}`, '--case', 'light,heavy');
    expect(stderr).toContain('relations: 8 twins are run beside the cases, so 20 trials in all');
    expect(stdout).toContain('2 cases × 2 trials · simulated model · 16 run, 0 reused');
    const rows = stdout.split('\n').map((line) => line.trim().split(/\s{2,}/));
    expect(rows).toContainEqual(['flips-at-weight', '✓ 2 of 2 cases', '4', '–']);
    expect(rows).toContainEqual(['same-whatever-worth', '✓ 2 of 2 cases', '4', '–']);
    expect(code).toBe(0);
  });

  it('fails the trials of a case whose twin is decided otherwise, by name and with the command that shows it again', async () => {
    const { code, stdout } = await evaluate(`${border}, ${worth}`, '--case', 'light', '--versions', 'v1');
    expect(stdout).toMatch(/border missed 2\/2 +weight is 21: accepted is true, and the policy says false/);
    expect(stdout).toContain('✗ 0 of 1 case');
    expect(stdout).toMatch(/rerun: .*eval --case light --versions v1 --trials 2 --relations$/m);
    expect(code).toBe(1);
  });

  it('takes a case and its twins for one, and counts what each costs', async () => {
    const run = deskWith(`${border}, ${worth}`);
    const plain = evaluationSchema.parse(JSON.parse((await run('--case', 'light', '--json')).stdout));
    const { versions, trials } = evaluationSchema.parse(JSON.parse((await run('--case', 'light', '--json', '--relations')).stdout));
    expect(versions[0]?.totals).toMatchObject({ passes: 2, runs: 2 });
    expect(trials).toMatchObject({ run: 8, reused: 2 });
    expect((versions[0]?.totals.dollars ?? 0) / (plain.versions[0]?.totals.dollars ?? 1)).toBeCloseTo(5, 0);
    expect(plain.versions[0]).not.toHaveProperty('relations');
  });

  it('says that a twin has no decision where the case has one, and that luck may be the reason', async () => {
    const silent = own(`return [{ what: 'heavier by 86 kg', input: { ...input, weight: input.weight === 5 ? 91 : 92 } }]`);
    const { code, stdout } = await evaluate(silent, '--case', 'light');
    expect(stdout).toMatch(/not invariant 2\/2 +heavier by 86 kg: no decision: the model refused/);
    const flaky = await evaluate(worth, '--case', 'light', '--trials', '12', '--slip-rate', '0.4', '--fresh');
    expect(flaky.stdout).toMatch(/but its repeats differ by\s+themselves/);
    expect([code, flaky.code]).toEqual([1, 1]);
  });

  it('is enough for an agent that has no scorer', async () => {
    const run = deskWith(worth, 'scorers: [], approvalField: "accepted", ');
    const { stdout, code } = await run('--relations', '--case', 'light');
    expect(stdout).toContain('✓ 2/2 pass');
    expect([code, (await run('--case', 'light')).code]).toEqual([0, 1]);
  });

  it('is never green for a relation that finds nothing wrong whatever is decided', async () => {
    const { stdout, code } = await evaluate(own(twin), '--case', 'light');
    expect(stdout).toContain('own finds nothing wrong whatever is decided, so that it holds says nothing');
    expect(code).toBe(2);
  });

  it('says of which cases a relation says nothing', async () => {
    const { stdout, code } = await evaluate(
      own(
        `if (input.weight > 20) return { why: 'it is too heavy' }; ${twin}`,
        `(one, other) => one.decision.accepted === other.decision.accepted ? [] : [{ code: 'other', message: 'other' }]`,
      ),
      '--case',
      'light,heavy',
    );
    expect(stdout).toContain('own says nothing of 1 case: it is too heavy');
    expect(code).toBe(0);
  });

  it.each<[string, string, RegExp]>([
    ['none is declared', '', /declares no relations, so none can be checked/],
    [
      'no case has its field',
      `instructionResistance({ field: 'notes' })`,
      /"no-orders-from-notes" says nothing of any of the 3 cases.*Unrecognized key/,
    ],
    ['no case has its number', `monotone({ field: 'size', direction: 'lower-approves' })`, /the input has no number in "size"/],
    ['it makes no twins', own('return []'), /"own" says nothing of any of the 3 cases.*it makes no twin of it/],
    [
      'it makes the case itself',
      own(`return [{ what: 'nothing', input: { ...input } }]`),
      /made a twin of the case "heavy" that is the case itself/,
    ],
    [
      'it makes the case itself in another order',
      own(`return [{ what: 'nothing', input: { worth: input.worth, weight: input.weight } }]`),
      /that is the case itself/,
    ],
    [
      'no twin is an input',
      own(`return [{ what: 'heavier than all', input: { ...input, weight: 400 } }]`),
      /does not take the twin \(heavier than all\)/,
    ],
    ['it throws', own(`throw new RangeError('no such parcel')`), /failed to make twins of the case "heavy": RangeError: no such parcel/],
    ['it promises', own(`return Promise.resolve([])`), /returned a promise/],
    ['it returns inputs', own(`return [{ weight: 3, worth: 4 }]`), /Expected a list of \{what, input\}/],
    ['it returns itself', own(`const made = { what: 'x' }; made.input = made; return [made]`), /made no twins of the case/],
    ['the name is another', worth, /has no relation "same-whatever-size".*Did you mean "same-whatever-worth"/],
  ])('is refused before any model is asked where %s', async (what, relations, message) => {
    const { code, stdout, stderr } = await evaluate(relations, ...(what.startsWith('the name') ? ['same-whatever-size'] : []));
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('judges nothing where a relation fails, compares nothing or says what is no finding', async () => {
    for (const check of [`() => { throw new Error('lost') }`, '() => true', `() => [{ message: 'no code' }]`]) {
      const { code, stdout, stderr } = await evaluate(own(twin, check), '--case', 'light');
      expect(stdout + stderr).toMatch(/the scorer "own"/i);
      expect(code).not.toBe(0);
      expect(code).not.toBe(1);
    }
  });

  it('is not done while a twin is not', async () => {
    const { code, stdout } = await evaluate(own(`return [{ what: 'out of reach', input: { ...input, weight: 95 } }]`), '--case', 'light');
    expect(stdout).toMatch(/its twin \(out of reach\)/);
    expect(code).toBe(3);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GateProject, gateFiles, gateProject, soundPrompt } from '../testing/gate-project.ts';
import { changing, judge } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const roundingPrompt = `${soundPrompt}Round weights down.\n`;
const config = (gate: object) =>
  `import { straddle } from '${new URL('../../index.ts', import.meta.url).href}';
import { parcelCounter } from './agent.ts';
const border = straddle({ field: 'weight', decides: 'accepted', policy: ({ weight }) => ({ accepted: weight <= 20 }), between: [1, 90], step: 0.5 });
const never = { ...border, name: 'never', twins: () => ({ why: 'it is about letters' }) };
export default { agent: { ...parcelCounter, relations: [border] }, cases: 'cases', current: 'v1', concurrency: 16, gate: ${JSON.stringify(gate)} };
`;

/** Main's clerk rounds where the prompt says so: no case has a weight between two kilograms. */
function mainWith(gate: object): GateProject {
  const main = gateProject();
  const clerk = main.read('clerk.ts').replace('const weight = Number(read[1]);', 'const exact = Number(read[1]);');
  main.write(
    'clerk.ts',
    clerk.replace(
      'const prompt = JSON.stringify(request.system);',
      "const prompt = JSON.stringify(request.system);\n    const weight = prompt.includes('Round weights') ? Math.floor(exact) : exact;",
    ),
  );
  main.write('docket.config.ts', config(gate));
  return main;
}

const main = mainWith({ relations: true });
let accepted: Awaited<ReturnType<typeof runHere>>;
beforeAll(async () => {
  accepted = await runHere(['baseline', 'accept', '--json'], main);
  main.commit('The baseline');
});
afterAll(() => main[Symbol.dispose]());

describe('a gate in which relations judge', () => {
  it('counts a case and its twins as one run, and says what a run takes', async () => {
    expect(accepted.stderr).toContain('110 trials needed');
    const { baseline } = JSON.parse(accepted.stdout) as { baseline: { cases: { id: string; passes: number; runs: number }[] } };
    expect(baseline.cases.map(({ passes, runs }) => [passes, runs])).toEqual([
      [10, 10],
      [10, 10],
      [10, 10],
      [10, 10],
    ]);
    const plan = await runHere(['plan'], main);
    expect(plan.stdout.replace(/\s+/g, ' ')).toMatch(
      /a run a case and its twins, which count as one: 2\.75 trials on average|2\.8 trials on average/,
    );
  });

  it('blocks a change that passes every case and misses the border between them; twins are no cases', { tags: ['slow'] }, async () => {
    const { verdict, code } = await judge(changing(main, { 'prompts/v1.md': roundingPrompt }));
    if (verdict.verdict !== 'regressed') throw new Error(`${verdict.verdict}: ${verdict.reason}`);
    expect(code).toBe(1);
    expect(verdict.cases.map(({ id }) => id)).toEqual(['at-limit', 'heavy', 'light', 'over-limit']);
    const runs = verdict.cases.flatMap(({ candidate }) => candidate.trials);
    expect(new Set(runs.flatMap(({ findings }) => findings.map(({ code: each }) => each)))).toEqual(new Set(['border-missed']));
    // The border of one policy is the same for all: what is new is told once a case, and a run is one run however many twins it has.
    expect(verdict.spending.trials.spent + verdict.spending.trials.reused).toBeGreaterThan(runs.length);
    expect(verdict.notices).toContainEqual({
      kind: 'relations',
      message: expect.stringMatching(
        /^A run of a case is one with its twins, 2\.8 trials on average, and passes where .* flips-at-weight\.$/,
      ),
    });
  });

  it('passes what holds', { tags: ['slow'] }, async () => {
    const { verdict, code } = await judge(changing(main, { 'prompts/v1.md': `${soundPrompt}Be polite.\n` }));
    expect([verdict.verdict, code]).toEqual(['pass', 0]);
  });

  it('is no pass where the candidate does not take a twin', { tags: ['slow'] }, async () => {
    const narrower = gateFiles.agent().replace('z.number().positive()', 'z.int().positive()');
    const { verdict, code } = await judge(changing(main, { 'agent.ts': narrower, 'prompts/v1.md': `${soundPrompt}Be polite.\n` }));
    expect(code).not.toBe(0);
    expect(verdict.reason).toMatch(/its twin, weight is 20\.5/);
  });

  it('costs and judges as ever where the options name no relation', { tags: ['slow'] }, async () => {
    const plain = mainWith({});
    await runHere(['baseline', 'accept'], plain);
    plain.commit('The baseline');
    const { verdict, code } = await judge(changing(plain, { 'prompts/v1.md': roundingPrompt }));
    expect([verdict.verdict, code]).toEqual(['pass', 0]);
    plain[Symbol.dispose]();
  });

  it.each([
    ['flips-at-wieght', /has no relation "flips-at-wieght". Did you mean "flips-at-weight"/],
    ['never', /"never" says nothing of any of the 4 cases.*it is about letters/],
  ])('is refused where the options name a relation that judges nothing: %s', async (name, message) => {
    const project = main.branch();
    project.write('docket.config.ts', config({ relations: [name] }).replace('[border]', '[border, never]'));
    const { code, stderr } = await runHere(['baseline', 'accept'], project);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    project[Symbol.dispose]();
  });
});

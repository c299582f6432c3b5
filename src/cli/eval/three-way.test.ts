import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GateProject, gateFiles, gateProject } from '../testing/gate-project.ts';
import { changing, judge } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const file = 'tool-variants/scales/decision.json';

/** The parcel counter with three answers: parcels of over 20 kg are denied, those at the limit referred. */
let main: GateProject;
beforeAll(async () => {
  main = gateProject();
  const schema = JSON.parse(main.read(file)) as { properties: object; required: string[] };
  main.write(file, { ...schema, properties: { ...schema.properties, accepted: { enum: ['approve', 'deny', 'refer'] } } });
  main.write(
    'clerk.ts',
    main
      .read('clerk.ts')
      .replace(
        /const accepted = .*;/,
        "const accepted = weight === 20 ? 'refer' : !strict || weight < 20 ? 'approve' : unsure ? 'refer' : 'deny';",
      )
      .replace(/fee: shouting .* : 0,/, 'fee: 0,'),
  );
  main.write(
    'agent.ts',
    gateFiles.agent().replace(/scorers: \[.*?\n {2}\],/s, "scorers: [expectedDecision({ approvalField: 'accepted' })],"),
  );
  for (const [id, weight, accepted] of [
    ['light', 5, 'approve'],
    ['at-limit', 20, 'refer'],
    ['over-limit', 21, 'deny'],
    ['heavy', 30, 'deny'],
  ] as const) {
    const label = {
      decision: { accepted },
      source: 'human',
      rationale: 'The rules.',
      reviewers: [
        { kind: 'human', name: 'A' },
        { kind: 'human', name: 'B' },
      ],
    };
    main.write(`cases/${id}.json`, gateFiles.parcel(id, weight, true, { label, ...(id === 'heavy' ? { critical: true } : {}) }));
  }
  const accepted = await runHere(['baseline', 'accept'], main);
  if (accepted.code !== 0) throw new Error(accepted.stderr);
  main.commit('The baseline');
});
afterAll(() => main[Symbol.dispose]());

const kind = { 'prompts/v1.md': 'You are a clerk. Be kind.\n' };

it('a wrong one of three answers is a wrong decision, and nowhere a false approval', async () => {
  using project = changing(main, kind);
  const { code, stdout } = await runHere(['eval', '--trials', '2'], project);
  expect(stdout).toMatch(/wrong decision 2\/2 +approve, expected deny \(accepted\)/);
  expect(stdout).toMatch(/wrong decision +4 trials/);
  expect(stdout).not.toMatch(/false (approval|denial)/);
  expect(code).toBe(1);

  const { verdict, ...ended } = await judge(project);
  expect(verdict).toMatchObject({ verdict: 'regressed', candidate: { totals: { falseApprovals: 0, falseDenials: 0 } } });
  expect(ended.stdout).toMatch(/\d+ wrong decisions ·/);
  expect(ended.stdout).not.toMatch(/false (approval|denial)|falsely approved/);
  for (const report of ['comment.md', 'summary.md', 'junit.xml', 'ctrf.json']) {
    expect(project.read(`reports/${report}`)).toMatch(/wrong\\?-decision/);
    expect(project.read(`reports/${report}`)).not.toMatch(/false\\?[- ](approval|denial)|falsely approved/);
  }
});

it('in a critical case it is harm, because nothing says that it is none', async () => {
  using project = changing(main, { 'prompts/v1.md': 'Take no parcel over the limit; refer one now and then.\n' });
  const { verdict, stdout } = await judge(project);
  expect(['regressed', 'inconclusive']).toContain(verdict.verdict);
  expect(stdout).not.toContain('falsely approved');
});

it('is counted by the baseline as what it is', async () => {
  using project = changing(main, kind);
  await runHere(['baseline', 'accept', '--trials', '2'], project);
  const { cases } = JSON.parse(project.read('reports/baseline.json')) as { cases: object[] };
  expect(cases).toContainEqual(expect.objectContaining({ id: 'heavy', passes: 0, runs: 2, harm: 2, wrongDecisions: 2 }));
  expect(cases).toContainEqual(expect.objectContaining({ id: 'light', passes: 2, harm: 0 }));
  const { stdout } = await runHere(['baseline', 'show'], project);
  expect(stdout).toContain('wrong decisions');
  expect(stdout).not.toContain('false approvals');
});

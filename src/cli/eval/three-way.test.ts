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

it('a wrong one of three answers is a wrong decision, and nowhere a false approval', { tags: ['slow'] }, async () => {
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
  expect(project.read('reports/comment.md')).toMatch(
    /<summary>What was decided<\/summary>\n\nWhat was decided \\\(accepted\\\), candidate:\n\n[\s\S]*\| deny \|.*\*\*\d+\*\*/,
  );
  expect(project.read('reports/report.html')).toContain('"confusion":{"field":"accepted"');
});

it('in a critical case it is harm, because nothing says that it is none', { tags: ['slow'] }, async () => {
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

const declared = (harm: string, compare = '{}') =>
  gateFiles
    .agent()
    .replace(/scorers: \[.*?\n {2}\],/s, `approvalField: 'accepted', compare: ${compare}, harm: ${harm}, scorers: [expectedDecision()],`);

it('eval shows what was decided against what was right', async () => {
  using project = changing(main, { ...kind, 'agent.ts': declared("[{ expected: 'deny', decided: 'approve', weight: 5 }]") });
  const { stdout } = await runHere(['eval', '--trials', '2', '--json'], project);
  const [version] = (JSON.parse(stdout) as { versions: { confusion: unknown }[] }).versions;
  expect(version?.confusion).toEqual({
    field: 'accepted',
    cells: [
      { expected: 'refer', decided: 'refer', trials: 2, wrong: false },
      { expected: 'deny', decided: 'approve', trials: 4, wrong: true, harm: 5 },
      { expected: 'approve', decided: 'approve', trials: 2, wrong: false },
    ],
  });
  const text = (await runHere(['eval', '--trials', '2'], project)).stdout;
  expect(text).toMatch(
    /What was decided \(accepted\)\n\n +expected +refer +deny +approve\n.*\n +refer +2 +· +·\n +deny +· +· +4 !\n +approve +· +· +2\n/,
  );
  expect(text).toContain('! does harm, as the agent declares it: 20 in all by its weights');
});

it.each<[string, string, object]>([
  ['what is declared', "[{ expected: 'deny', decided: 'approve' }]", { harm: 2, wrongDecisions: 2 }],
  ['another confusion', "[{ expected: 'deny', decided: 'refer' }]", { harm: 0, wrongDecisions: 2, falseApprovals: 0 }],
])('which wrong decisions are harm the agent declares: %s', async (_, harm, row) => {
  using project = changing(main, { ...kind, 'agent.ts': declared(harm) });
  await runHere(['baseline', 'accept', '--trials', '2'], project);
  const { cases } = JSON.parse(project.read('reports/baseline.json')) as { cases: object[] };
  expect(cases).toContainEqual(expect.objectContaining({ id: 'heavy', passes: 0, runs: 2, ...row }));
});

it('a case says for itself what counts as right, and the agent for all of them', async () => {
  using project = changing(main, { ...kind, 'agent.ts': declared('[]', "{ accepted: { oneOf: ['approve', 'refer'] } }") });
  const heavy = JSON.parse(project.read('cases/heavy.json')) as { label: object };
  project.write('cases/heavy.json', { ...heavy, label: { ...heavy.label, compare: { accepted: { oneOf: ['deny', 'approve'] } } } });
  const passes = async () => {
    const { stdout } = await runHere(['eval', '--trials', '1', '--json'], project);
    const { versions } = JSON.parse(stdout) as { versions: { cases: { caseId: string; passes: number }[] }[] };
    return Object.fromEntries(versions[0]?.cases.map(({ caseId, passes }) => [caseId, passes]) ?? []);
  };
  expect(await passes()).toEqual({ light: 1, 'at-limit': 1, 'over-limit': 0, heavy: 1 });
  for (const [compare, fault] of [
    [{ accepted: 'almost' }, 'label.compare.accepted: is "almost", which is no comparator. Expected one of: "exact", "set"'],
    [{ acepted: 'exact' }, 'label.compare: "acepted" is no field of the expected decision. Did you mean "accepted"?'],
    [{ accepted: { tolerance: 1 } }, 'label.decision.accepted: "deny" is no number, and is compared with a tolerance.'],
    [{ accepted: 'date' }, 'label.decision.accepted: "deny" is no date, and is compared as one.'],
    [{ accepted: 'money' }, 'label.decision.accepted: "deny" is no amount of money in one currency'],
    [{ accepted: 'set' }, 'label.decision.accepted: "deny" is no list'],
    [{ accepted: { oneOf: ['approve', 'refer'] } }, 'label.decision.accepted: "deny" is none of ["approve","refer"]'],
  ] as const) {
    project.write('cases/heavy.json', { ...heavy, label: { ...heavy.label, compare } });
    const { code, stderr } = await runHere(['eval'], project);
    expect(stderr).toContain(fault);
    expect(stderr).toContain('no model was called');
    expect(code).toBe(2);
  }
});

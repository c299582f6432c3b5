import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RuleChange } from '../../contracts/rule-change.ts';
import { type GateProject, gateFiles, soundPrompt } from '../testing/gate-project.ts';
import { edited, grownFiles, grownProject } from '../testing/grown-project.ts';
import { changing, judge, laxPrompt, soundVersion } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const main = grownProject();
beforeAll(async () => {
  await runHere(['baseline', 'accept'], main);
  main.commit('The baseline');
});
afterAll(() => main[Symbol.dispose]());

const heavy = (more: object) => ({ 'cases/heavy.json': { ...gateFiles.parcel('heavy', 30, false), ...more } });
const labelled = (more: object) => heavy({ label: { ...gateFiles.parcel('heavy', 30, false).label, ...more } });
const overLimit = (weight: number, accepted: boolean, more: object = {}) => ({
  'cases/over-limit.json': gateFiles.parcel('over-limit', weight, accepted, { critical: true, ...more }),
});
const dispute = { labels: [true, false].map((accepted) => ({ decision: { accepted }, source: 'someone', argument: 'They think so.' })) };
const options = (gate: object) => ({ 'docket.config.ts': gateFiles.config({ gate }) });
const row = (what: RuleChange['what'], where: string, field: string, before?: string, after?: string) => ({
  ...{ what, where, field, weighs: true },
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
});
const config = 'docket.config.ts';

/** Each with the row that must tell it; what else changes with it may be told too. */
const silencings: readonly (readonly [name: string, files: Record<string, string | object>, told: object])[] = [
  [
    'a label flipped',
    labelled({ decision: { accepted: true } }),
    row('label', 'cases/heavy.json', 'label.decision.accepted', 'false', 'true'),
  ],
  [
    'a dispute opened',
    heavy({ dispute }),
    expect.objectContaining({ what: 'label', where: 'cases/heavy.json', field: 'dispute', weighs: true }),
  ],
  [
    'a label that a model reviewed',
    labelled({ reviewers: [{ kind: 'model' }] }),
    row('label', 'cases/heavy.json', 'label.reviewers.0.kind', 'policy', 'model'),
  ],
  ['a label that a model gave', labelled({ source: 'model' }), row('label', 'cases/heavy.json', 'label.source', 'policy', 'model')],
  [
    'a case no longer critical',
    overLimit(21, false, { critical: false }),
    row('case', 'cases/over-limit.json', 'critical', 'true', 'false'),
  ],
  ['an input eased', overLimit(20, true), row('case', 'cases/over-limit.json', 'input.weight', '21', '20')],
  ['severity weights', options({ severity: { heavy: 0.0001 } }), row('option', config, 'gate.severity.heavy', undefined, '0.0001')],
  ['a wider margin', options({ margin: 0.9 }), row('option', config, 'gate.margin', undefined, '0.9')],
  ['a smaller alpha', options({ alphaCase: 1e-9 }), row('option', config, 'gate.alphaCase', '0.01', '1e-9')],
  ['a smaller budget', options({ budget: 3 }), row('option', config, 'gate.budget', '10', '3')],
  [
    'another folder of cases',
    {
      'docket.config.ts': gateFiles.config({ cases: 'easy' }),
      'easy/light.json': gateFiles.parcel('light', 5, true),
      'reports/baseline.json': {},
    },
    row('setting', config, 'cases', 'cases', 'easy'),
  ],
  [
    'a scorer gutted',
    edited('scorers.ts', 'accepted && weight > limit', 'false'),
    expect.objectContaining({ what: 'scorer', where: 'scorers.ts', field: 'line 9' }),
  ],
  [
    'a tolerance that no run needs yet',
    edited('scorers.ts', "approvalField: 'accepted' }", "approvalField: 'accepted', tolerances: { fee: 100 } }"),
    row('scorer', config, 'expected-decision.tolerances.fee', undefined, '100'),
  ],
  [
    'a scorer removed',
    edited('scorers.ts', "  expectedDecision({ approvalField: 'accepted' }),\n", ''),
    row('scorer', config, 'expected-decision', 'there'),
  ],
  [
    'a policy that the scorers import',
    edited('rules.ts', 'limit = 20', 'limit = 30'),
    row('scorer', 'rules.ts', 'line 1', 'export const limit = 20;', 'export const limit = 30;'),
  ],
  [
    'a policy that says something else',
    edited('rules.ts', 'weight <= limit', 'weight <= 99'),
    row('policy', 'heavy', 'accepted', 'false', 'true'),
  ],
  [
    'a table that the scorers read',
    { 'fees.json': '{ "perKilogram": 3 }\n' },
    expect.objectContaining({ what: 'scorer', where: 'fees.json' }),
  ],
  [
    'no approval field any more',
    edited('agent.ts', "  approvalField: 'accepted',\n  scorers,", '  scorers,'),
    row('domain', config, 'approvalField', 'accepted'),
  ],
  [
    'another file of scorers',
    edited('agent.ts', "new URL('scorers.ts'", "new URL('user-message.txt'"),
    row('scorer', config, 'scorersSource', 'scorers.ts', 'user-message.txt'),
  ],
  [
    'a simulator that covers for the agent',
    { 'clerk.ts': main.read('clerk.ts').replace("includes('no parcel over the limit')", "includes('clerk')") },
    expect.objectContaining({ what: 'model', where: 'clerk.ts' }),
  ],
  [
    'a workflow that calls the gate otherwise',
    { '.github/workflows/gate.yml': 'run: npx docket gate --candidate v1\n' },
    expect.objectContaining({ what: 'workflow', where: '.github/workflows/gate.yml' }),
  ],
  [
    'counts of the baseline lowered',
    { 'reports/baseline.json': '' },
    row('baseline', 'reports/baseline.json', 'cases.heavy.passes', '10', '1'),
  ],
];

/** The baseline as a pull request would weaken it; made here, because it exists only once main has one. */
function prepared(project: GateProject): GateProject {
  const file = 'reports/baseline.json';
  if (project.read(file) === '') project.write(file, project.git('show', `main:${file}`).replace(/("id":"heavy".*?"passes":)10/, '$11'));
  if (project.read(file) === '{}') {
    const baseline = JSON.parse(project.git('show', `main:${file}`)) as { cases: { id: string }[]; tombstones: object[] };
    for (const { id } of baseline.cases.filter(({ id }) => id !== 'light'))
      baseline.tombstones.push({ id, removedOn: '2026-11-01', reason: 'Dull.' });
    baseline.cases = baseline.cases.filter(({ id }) => id === 'light');
    project.write(file, baseline);
  }
  return project;
}

describe('together with the agent, though an inconclusive verdict is let pass, there is no green for', () => {
  const notGreen = async (...[, files, told]: (typeof silencings)[number]) => {
    using project = prepared(changing(main, { 'prompts/v1.md': `${soundPrompt}\n`, ...files }));
    const { verdict, stdout } = await judge(project, ['--on-inconclusive', 'warn']);
    expect({ regressed: 1, inconclusive: 5, 'needs-approval': 6 }).toHaveProperty(verdict.verdict, verdict.exitCode);
    expect(verdict.ruleChanges).toContainEqual(told);
    expect(stdout).toMatch(/rules? changed/);
  };
  it.each(silencings)('%s', { tags: ['slow'] }, notGreen);
});

/** Every other one: the way is the same for all. */
const someSilencings = silencings.filter((_, place) => place % 2 === 0);

describe('merged first, in a change that leaves the agent alone, the table tells', () => {
  const told = async (...[, files, change]: (typeof silencings)[number]) => {
    using project = prepared(changing(main, files));
    const { verdict } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'pass', exitCode: 0 });
    expect(verdict.ruleChanges).toContainEqual(change);
  };
  it.each(someSilencings)('%s', { tags: ['slow'] }, told);
});

describe('a changed rule', () => {
  it('leaves a regression a regression, and stands first in terminal, comment, page and test reports', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': laxPrompt, ...labelled({ decision: { accepted: true } }) });
    const { verdict, stdout } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'regressed', exitCode: 1, accusation: { caseId: 'over-limit' } });
    const line = /! label +cases\/heavy\.json label\.decision\.accepted +false +true/;
    expect(stdout).toMatch(line);
    expect(stdout.search(line)).toBeLessThan(stdout.indexOf('over-limit (critical)'));
    const comment = project.read('reports/comment.md');
    expect(comment.indexOf('1 rule changed')).toBeLessThan(comment.indexOf('| main |'));
    for (const report of ['comment.md', 'summary.md', 'junit.xml', 'ctrf.json', 'report.html'])
      expect(project.read(`reports/${report}`)).toMatch(/label.{0,4}decision.{0,4}accepted/);
  });

  it('of words for people does not weigh, and is told', { tags: ['slow'] }, async () => {
    const words = {
      title: 'A very heavy one',
      tags: ['big'],
      label: { ...gateFiles.parcel('heavy', 30, false).label, rationale: 'Too heavy.' },
    };
    using project = changing(main, { 'prompts/v1.md': `${soundPrompt}\n`, ...heavy(words) });
    const { verdict } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'pass', basis: 'tested', exitCode: 0 });
    expect(verdict.ruleChanges?.map(({ field, weighs }) => [field, weighs])).toEqual([
      ['title', false],
      ['label.rationale', false],
      ['tags', false],
    ]);
  });

  it("that no file shows judges nothing: main's scorers do", { tags: ['slow'] }, async () => {
    // The scorers' file looks away when the text of the agent's own file says so, which no import leads to.
    const blind = grownFiles['scorers.ts'].replace(
      'export const scorers',
      "import { readFileSync } from 'node:fs';\nconst blind = /be kind/i.test(readFileSync(new URL(['prompts', 'v1.md'].join('/'), import.meta.url), 'utf8'));\nexport const scorers",
    );
    using moved = main.branch();
    moved.git('switch', '--quiet', 'main');
    moved.write(
      'scorers.ts',
      blind
        .replace('expectedDecision(', '...(blind ? [] : [expectedDecision(')
        .replace("'accepted' }),", "'accepted' })]),")
        .replace('=> [', '=> blind ? [] : ['),
    );
    moved.commit('Scorers that read a prompt');
    await runHere(['baseline', 'refresh'], moved);
    moved.commit('The baseline of that');
    using project = moved.branchAs('after-that');
    project.write('prompts/v1.md', laxPrompt);
    const { verdict } = await judge(project);
    // By the proposed scorers nothing could fail, so they are nothing that an approval could let decide.
    expect(verdict).toMatchObject({ verdict: 'regressed', exitCode: 1 });
    expect(verdict.reason).toContain('has more false approvals: 4 of 4 runs of the candidate');
  });
});

describe('the current version', () => {
  const both = { v1: soundVersion, v2: { ...soundVersion, prompt: 'v2' } };
  const withTwo = (project: GateProject, prompt: string) => {
    project.write('prompts/v2.md', prompt);
    project.write('agent.ts', grownFiles['agent.ts'].replace(/versions: .*/, `versions: ${JSON.stringify(both)},`));
  };

  it('is added first and moved to afterwards, and then judged like any change', { tags: ['slow'] }, async () => {
    using project = main.branch();
    withTwo(project, `${soundPrompt}\n`);
    expect((await judge(project)).verdict).toMatchObject({ verdict: 'pass', basis: 'tested' });
    project.write(config, gateFiles.config({ current: 'v2' }));
    using atOnce = project.branchAs('at-once');
    expect((await judge(atOnce)).verdict).toMatchObject({ verdict: 'needs-approval', exitCode: 6 });
    project.write(config, gateFiles.config());
    project.commit('Version 2');
    project.git('branch', '--force', 'main');
    using later = project.branchAs('afterwards');
    later.write(config, gateFiles.config({ current: 'v2' }));
    expect((await judge(later)).verdict).toMatchObject({
      verdict: 'pass',
      basis: 'tested',
      exitCode: 0,
      candidate: { version: { name: 'v2' } },
    });
  });

  it('is not passed off as unchanged by a copy of main beside an edited one', { tags: ['slow'] }, async () => {
    using project = main.branch();
    withTwo(project, soundPrompt);
    project.write('prompts/v1.md', laxPrompt);
    project.write(config, gateFiles.config({ current: 'v2' }));
    expect((await judge(project)).verdict).toMatchObject({ verdict: 'needs-approval', exitCode: 6 });
  });
});

describe('a new case', () => {
  const feather = (fee: number) => {
    const { label, ...rest } = gateFiles.parcel('feather', 1, true);
    return { 'cases/feather.json': { ...rest, label: { ...label, decision: { accepted: true, fee } } } };
  };

  it('is run on an agent that is unchanged, and shown with its counts', { tags: ['slow'] }, async () => {
    using project = changing(main, feather(2));
    const { verdict, stdout } = await judge(project);
    expect(verdict).toMatchObject({
      verdict: 'pass',
      basis: 'unchanged',
      exitCode: 0,
      cases: [{ id: 'feather', candidate: { passes: 3, runs: 3 } }],
    });
    expect(stdout).toMatch(/A new case was run on it and\s+passed/);
  });

  it('that the unchanged agent fails is no regression and no silent green', { tags: ['slow'] }, async () => {
    using project = changing(main, feather(3));
    const { verdict, stdout, code } = await judge(project);
    expect(code).toBe(0);
    expect(verdict).toMatchObject({
      verdict: 'pass',
      failingNewCases: ['feather'],
      cases: [{ change: 'new', candidate: { passes: 0, runs: 3 } }],
    });
    expect(stdout).toContain('! PASS, NOTHING CHANGED, BUT NEW CASES FAIL');
    expect(project.read('reports/junit.xml')).toMatch(/<testsuites [^>]*skipped="1"/);
  });

  it('does not hide a case that got worse, however many come with it', { tags: ['slow'] }, async () => {
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`cases/light-${index}.json`, gateFiles.parcel(`light-${index}`, 1 + index / 100, true)]),
    );
    const prompt = { 'prompts/v1.md': 'Take no parcel over the limit. Be lenient now and then.\n' };
    using alone = changing(main, prompt);
    using hidden = changing(main, { ...prompt, ...many });
    const [one, other] = [await judge(alone), await judge(hidden)];
    expect(other.verdict.verdict).toBe(one.verdict.verdict);
    expect(other.verdict.verdict).not.toBe('pass');
  });
});

describe('rules that change together with the agent', () => {
  it("are judged beside main's, and their word alone turns nothing green", { tags: ['slow'] }, async () => {
    using project = changing(main, {
      'prompts/v1.md': laxPrompt,
      ...Object.fromEntries(
        [
          ['heavy', 30],
          ['over-limit', 21],
        ].map(([id, weight]) => [`cases/${id}.json`, gateFiles.parcel(String(id), Number(weight), true)]),
      ),
    });
    const { verdict } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'needs-approval', exitCode: 6 });
    // The policy still refuses both, so they are wrong either way, as main is.
    expect(verdict.reason).toContain(
      "It fails 2 of 4 cases under main's rules; under those it proposes it gets no worse than main's agent, but fails 2 of 4 cases.",
    );
  });

  it('make up for no regression in a case that they leave as it is', { tags: ['slow'] }, async () => {
    using project = changing(main, { 'prompts/v1.md': laxPrompt, 'cases/heavy.json': gateFiles.parcel('heavy', 30, true) });
    const { verdict } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'regressed', exitCode: 1 });
  });

  it.each([
    [
      'a new case that contradicts another',
      {
        'cases/heavier.json': gateFiles.parcel('heavier', 40, true),
        ...edited('agent.ts', "approvalField: 'accepted',", "approvalField: 'accepted',\n  monotone: { weight: 'lower-approves' },"),
      },
      'regressed',
    ],
    [
      'a case that its own schema refuses, relabelled',
      {
        'cases/over-limit.json': gateFiles.parcel('over-limit', 21, true, { critical: true }),
        ...edited('agent.ts', 'z.number().positive()', 'z.number().max(25)'),
      },
      'needs-approval',
    ],
    [
      'cases with other inputs',
      {
        'cases/heavy.json': gateFiles.parcel('heavy', 3, true),
        'cases/over-limit.json': gateFiles.parcel('over-limit', 2, true, { critical: true }),
      },
      'needs-approval',
    ],
  ])('judge by the cases as they propose them: %s', { tags: ['slow'] }, async (_, files, expected) => {
    using project = changing(main, { 'prompts/v1.md': laxPrompt, ...files });
    const { verdict } = await judge(project);
    expect(verdict.verdict).toBe(expected);
    if (expected === 'needs-approval')
      expect(verdict.reason).toMatch(/passes under the rules it proposes|under those it proposes it gets no worse/);
  });

  it('with the simulated model that goes with them answer both sides anew', { tags: ['slow'] }, async () => {
    const clerk = main.read('clerk.ts').replace('Number(read[2])', '25');
    using project = changing(main, {
      'clerk.ts': clerk,
      'prompts/v1.md': `${laxPrompt}Take no parcel over the limit.\n`,
      'cases/over-limit.json': gateFiles.parcel('over-limit', 21, true),
    });
    const { verdict } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'needs-approval', exitCode: 6 });
    expect(verdict.reason).toContain("It passes under main's rules and under those it proposes, but nobody has approved them.");
  });

  it('pass nobody by themselves where both sides fail alike under them', { tags: ['slow'] }, async () => {
    using project = changing(main, {
      'prompts/v1.md': `${main.read('prompts/v1.md')}\n`,
      'cases/heavy.json': gateFiles.parcel('heavy', 30, true),
    });
    const { verdict } = await judge(project);
    expect(verdict).toMatchObject({ verdict: 'needs-approval', exitCode: 6 });
  });
});

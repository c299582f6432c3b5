import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verdictSchema } from '../../contracts/verdict.ts';
import { type GateProject, gateFiles, soundPrompt } from '../testing/gate-project.ts';
import { edited, grownFiles, grownProject } from '../testing/grown-project.ts';
import { changing, judge, laxPrompt } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const main = grownProject();
beforeAll(async () => {
  await runHere(['baseline', 'accept'], main);
  main.commit('The baseline');
});
afterAll(() => main[Symbol.dispose]());

/** A policy change that an honest pull request makes: nothing heavier than 5 kg, in prompt, label and the rules that scorers read. */
const stricter = {
  'prompts/v1.md': `${soundPrompt}\n`,
  'cases/heavy.json': { ...gateFiles.parcel('heavy', 30, false), critical: true },
};

function committed(project: GateProject): string {
  project.commit('A change');
  return project.git('rev-parse', 'HEAD').trim();
}

interface Given {
  readonly approvals?: readonly { login: string; commit: string }[];
  readonly confirmations?: readonly { login: string; rules: string }[];
  readonly fault?: string;
}

/** Judges with what somebody read of the reviews of one pull request or of several. */
async function reviewed(project: GateProject, ...given: readonly Given[]) {
  const file = join(project.directory, '.docket', 'reviews.json');
  const fault = given.find((each) => each.fault !== undefined)?.fault;
  const pullRequests = given.map(({ approvals = [], confirmations = [] }, index) => ({
    number: 7 + index,
    approvals,
    confirmations,
    notCounted: [],
  }));
  writeFileSync(file, JSON.stringify({ schemaVersion: 1, pullRequests, ...(fault === undefined ? {} : { fault }) }));
  const ended = await runHere(['gate'], { directory: project.directory, environment: { DOCKET_REVIEWS: file } });
  return { ...ended, verdict: verdictSchema.parse(JSON.parse(project.read('reports/verdict.json'))) };
}

function proposalOf(verdict: Awaited<ReturnType<typeof judge>>['verdict']) {
  if (!('proposal' in verdict) || !verdict.proposal) throw new Error(`${verdict.verdict} proposes nothing: ${verdict.reason}`);
  return verdict.proposal;
}

describe('rules that change together with the agent', () => {
  it('need an approval, with the hash and the next step in every report', async () => {
    using project = changing(main, stricter);
    const { verdict, stdout, code } = await judge(project, ['--on-inconclusive', 'warn']);
    expect({ code, verdict: verdict.verdict }).toEqual({ code: 6, verdict: 'needs-approval' });
    const { rules, approvedBy, next } = proposalOf(verdict);
    expect(approvedBy).toEqual([]);
    expect(next[0]).toContain('approves the pull request');
    expect(stdout).toContain('! NEEDS APPROVAL');
    for (const report of ['comment.md', 'summary.md', 'junit.xml', 'ctrf.json', 'report.html'])
      expect(project.read(`reports/${report}`)).toContain(rules);
    expect(project.read('reports/junit.xml')).toMatch(/<testsuites [^>]*errors="1"/);
  });

  it('stay red where the agent fails under both', { tags: ['slow'] }, async () => {
    using project = changing(main, { ...stricter, 'prompts/v1.md': laxPrompt });
    const commit = committed(project);
    const { verdict } = await reviewed(project, { approvals: [{ login: 'ada', commit }] });
    expect(verdict).toMatchObject({ verdict: 'regressed', exitCode: 1 });
  });
});

describe('an approval on the command line', () => {
  it('counts for exactly those rules, from somebody who wrote none of it', { tags: ['slow'] }, async () => {
    using project = changing(main, stricter);
    committed(project);
    const { rules } = proposalOf((await judge(project)).verdict);
    const passed = await judge(project, ['--approved-by', 'Ada', '--rules', rules]);
    expect(passed.verdict).toMatchObject({
      verdict: 'pass',
      exitCode: 0,
      proposal: { rules, approvedBy: [{ name: 'Ada', by: 'command' }] },
    });
    expect(passed.stdout).toMatch(/The rules were approved by\s+Ada/);
    const own = await judge(project, ['--approved-by', 'Clerk', '--rules', rules]);
    expect(own.verdict).toMatchObject({
      verdict: 'needs-approval',
      proposal: { notCounted: [expect.stringContaining('wrote commits of this change')] },
    });
    const other = await judge(project, ['--approved-by', 'Ada', '--rules', rules.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))]);
    expect(other.verdict).toMatchObject({ verdict: 'needs-approval', exitCode: 6 });
  });

  it.each([
    [['--approved-by', 'Ada'], {}, /An approval names a person and what they approved/],
    [['--approved-by', 'Ada', '--rules', 'abc'], {}, /"abc" is not a hash of rules/],
    [['--approved-by', 'Ada', '--rules', '0'.repeat(64)], { GITHUB_ACTIONS: 'true' }, /refused on GitHub/],
  ])('is refused: %j', async (words, environment, message) => {
    const ended = await runHere(['gate', ...words], { directory: main.directory, environment });
    expect({ code: ended.code, text: ended.stderr }).toEqual({ code: 2, text: expect.stringMatching(message) });
  });
});

describe('the hash of the rules', () => {
  let proposing: GateProject;
  let before: string;
  beforeAll(async () => {
    proposing = changing(main, { ...stricter, 'scorers.ts': scorers });
    before = await hashOf(proposing);
  });
  afterAll(() => proposing[Symbol.dispose]());

  const hashOf = async (project: GateProject) => proposalOf((await judge(project)).verdict).rules;
  const scorers = grownFiles['scorers.ts'].replace("'takes what is too heavy'", "'is too heavy'");

  it('is the same after a typo fix, a comment, a new title, a new case and a change of the agent alone', { tags: ['slow'] }, async () => {
    using project = proposing.branchAs('reworded');
    project.write('README.md', 'Parcels, and what becomes of them.\n');
    project.write('scorers.ts', `// The scorers.\n${scorers.replace('export const scorers', '/* all */ export  const   scorers')}`);
    project.write('cases/heavy.json', { ...stricter['cases/heavy.json'], title: 'A heavy one' });
    project.write('cases/light.json', { ...gateFiles.parcel('light', 5, true), title: 'A light one' });
    project.write('cases/feather.json', gateFiles.parcel('feather', 1, true));
    project.write('prompts/v1.md', `${soundPrompt}\nBe polite.\n`);
    expect(await hashOf(project)).toBe(before);
  });

  const others: [string, Record<string, string | object>][] = [
    [
      'a label',
      {
        'cases/heavy.json': {
          ...stricter['cases/heavy.json'],
          dispute: { labels: [true, false].map((accepted) => ({ decision: { accepted }, source: 'x', argument: 'y' })) },
        },
      },
    ],
    ['a scorer beyond its first changed line', { 'scorers.ts': scorers.replace('weight > limit', 'weight > limit + 1') }],
    ['a line end that ends a statement', { 'scorers.ts': scorers.replace('export const scorers = [', 'export const scorers =\n[') }],
    ['what a scorer imports', edited('rules.ts', 'limit = 20', 'limit = 25')],
    ['what a scorer reads', { 'fees.json': '{ "perKilogram": 2, "minimum": 0 }\n' }],
    ['an option', { 'docket.config.ts': gateFiles.config({ gate: { margin: 0.4 } }) }],
    ['who may approve', { 'docket.config.ts': gateFiles.config({ approval: 'maintainer' }) }],
    ['the simulator', { 'clerk.ts': main.read('clerk.ts').replace('As weighed.', 'As it was weighed.') }],
    [
      'a waiver',
      {
        'reports/waivers.json': [
          { caseIds: ['heavy'], versionFingerprint: 'a'.repeat(64), reason: 'So it is.', approver: 'Ada', expiresOn: '2099-01-01' },
        ],
      },
    ],
  ];
  const isAnother = async (_: string, files: Record<string, string | object>) => {
    using other = proposing.branchAs('other');
    for (const [path, content] of Object.entries(files)) other.write(path, content);
    const { verdict } = await judge(other);
    // Where it ends otherwise, nothing was approved either.
    if (verdict.verdict === 'needs-approval') expect(verdict.proposal.rules).not.toBe(before);
    else expect(verdict.exitCode).not.toBe(0);
  };
  it.each(others)('is another one with %s', { tags: ['slow'] }, isAnother);
});

describe('a review', () => {
  it('holds through a typo fix and a change of the agent, and not through a change of the rules', { tags: ['slow'] }, async () => {
    using project = changing(main, stricter);
    const commit = committed(project);
    project.write('cases/heavy.json', { ...stricter['cases/heavy.json'], title: 'A heavy one' });
    project.write('prompts/v1.md', `${soundPrompt}\nBe polite.\n`);
    committed(project);
    const ada = { approvals: [{ login: 'ada', commit }] };
    const passed = await reviewed(project, ada);
    expect(passed.verdict).toMatchObject({
      verdict: 'pass',
      exitCode: 0,
      proposal: { approvedBy: [{ name: 'ada', by: 'review', pullRequest: 7, commit }] },
    });
    expect(project.read('reports/comment.md')).toContain('ada');
    project.write('cases/at-limit.json', gateFiles.parcel('at-limit', 20, true, { critical: true }));
    committed(project);
    const later = await reviewed(project, ada);
    expect(later.verdict).toMatchObject({ verdict: 'needs-approval', exitCode: 6 });
    expect(proposalOf(later.verdict).notCounted.join()).toContain('came after the approval');
  });

  it.each([
    ['of a commit that is gone', { approvals: [{ login: 'ada', commit: 'b'.repeat(40) }] }, 'is gone'],
    ['that could not be read to the end', { approvals: [], fault: 'GitHub answered 500, so no approval counts.' }, 'GitHub answered 500'],
    ['by a maintainer, where another person is asked for', { confirmations: [{ login: 'ada', rules: 'own' }] }, ''],
  ])('%s does not count', { tags: ['slow'] }, async (_, given, reason) => {
    using project = changing(main, stricter);
    committed(project);
    const { rules } = proposalOf((await judge(project)).verdict);
    const confirmations = 'confirmations' in given ? given.confirmations.map((each) => ({ ...each, rules })) : undefined;
    const { verdict } = await reviewed(project, { ...given, ...(confirmations ? { confirmations } : {}) });
    expect(verdict).toMatchObject({ verdict: 'needs-approval', exitCode: 6 });
    expect(proposalOf(verdict).notCounted.join()).toContain(reason);
  });

  it('of a state that proposed more, or of nothing, does not count', { tags: ['slow'] }, async () => {
    using project = changing(main, { ...stricter, 'cases/at-limit.json': gateFiles.parcel('at-limit', 20, true, { critical: true }) });
    const more = committed(project);
    const nothing = project.git('rev-parse', 'main').trim();
    project.write('cases/at-limit.json', gateFiles.parcel('at-limit', 20, true));
    committed(project);
    const approvals = [more, nothing].map((commit) => ({ login: 'ada', commit }));
    const { verdict } = await reviewed(project, { approvals });
    expect(verdict).toMatchObject({ verdict: 'needs-approval' });
  });

  it('is given to what main did not have, whatever main changed meanwhile', { tags: ['slow'] }, async () => {
    using project = changing(main, stricter);
    const commit = committed(project);
    project.git('switch', '--quiet', 'main');
    project.write('cases/at-limit.json', gateFiles.parcel('at-limit', 20, true, { critical: true }));
    project.commit('Main goes on');
    project.git('switch', '--quiet', 'change');
    project.git('merge', '--quiet', '--no-edit', 'main');
    expect((await reviewed(project, { approvals: [{ login: 'ada', commit }] })).verdict).toMatchObject({ verdict: 'pass' });
  });

  it('is needed for each of the pull requests that are merged together', { tags: ['slow'] }, async () => {
    using project = changing(main, stricter);
    const one = committed(project);
    project.git('switch', '--quiet', '--create', 'other', 'main');
    project.write('cases/at-limit.json', gateFiles.parcel('at-limit', 20, true, { critical: true }));
    const two = committed(project);
    project.git('merge', '--quiet', '--no-edit', 'change');
    const [first, second] = [one, two].map((commit) => ({ approvals: [{ login: 'ada', commit }] }));
    expect((await reviewed(project, first ?? {})).verdict).toMatchObject({ verdict: 'needs-approval' });
    expect((await reviewed(project, first ?? {}, second ?? {})).verdict).toMatchObject({ verdict: 'pass' });
  });
});

it('in a team of one a maintainer confirms the hash, and that is shown', { tags: ['slow'] }, async () => {
  using alone = main.branchAs('alone');
  alone.git('switch', '--quiet', 'main');
  alone.write('docket.config.ts', gateFiles.config({ approval: 'maintainer' }));
  alone.commit('A team of one');
  using project = changing(alone, stricter);
  committed(project);
  const { rules } = proposalOf((await judge(project)).verdict);
  const { verdict, stdout } = await reviewed(project, { confirmations: [{ login: 'ada', rules }] });
  expect(verdict).toMatchObject({ verdict: 'pass', proposal: { approvedBy: [{ name: 'ada', by: 'self' }] } });
  expect(stdout).toContain('self-approved');
});

it('a waiver of the change itself takes effect once it is approved', { tags: ['slow'] }, async () => {
  using project = changing(main, { 'prompts/v1.md': laxPrompt });
  const { verdict } = await judge(project);
  if (verdict.verdict !== 'regressed') throw new Error(verdict.reason);
  const waiver = {
    caseIds: ['heavy', 'over-limit'],
    versionFingerprint: verdict.candidate.version.fingerprint,
    reason: 'A trial week.',
    approver: 'Ada',
    expiresOn: '2099-01-01',
  };
  project.write('reports/waivers.json', [waiver]);
  const commit = committed(project);
  const alone = await judge(project);
  expect(alone.verdict).toMatchObject({ verdict: 'regressed', exitCode: 1, proposal: { approvedBy: [] } });
  const { verdict: waived } = await reviewed(project, { approvals: [{ login: 'ada', commit }] });
  expect(waived).toMatchObject({ verdict: 'waived', exitCode: 0, proposal: { approvedBy: [{ name: 'ada' }] } });
});

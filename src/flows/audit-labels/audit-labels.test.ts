import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Case } from '../../contracts/case.ts';
import { openTrialStore } from '../../trials/open-trial-store.ts';
import { loadCases } from '../cases/load-cases.ts';
import { evaluate } from '../evaluate/index.ts';
import { loadSuite } from '../gate/1-load-suite.ts';
import { type LoadedConfig, loadConfig } from '../load-config.ts';
import { openSession } from '../session.ts';
import { auditProject, openDisputes } from './index.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const repository = join(import.meta.dirname, '../../..');
const fifth = '05-high-income-terrible-credit';

/** The repository's own agent with a copy of its first ten cases, some of them changed. */
async function project(changes: Readonly<Record<string, (found: Case) => object>> = {}): Promise<LoadedConfig> {
  const root = mkdtempSync(join(tmpdir(), 'audit-'));
  folders.push(root);
  const isLater = (path: string) => /\/(?:1[1-9]|[2-9]\d)-[^/]*\.json$/.test(path);
  cpSync(join(repository, 'cases'), join(root, 'cases'), { recursive: true, filter: (path) => !isLater(path) });
  for (const [id, change] of Object.entries(changes)) {
    const source = join(repository, 'cases', `${id.slice(0, 2) === 'a-' ? fifth : id}.json`);
    writeFileSync(join(root, 'cases', `${id}.json`), JSON.stringify(change(JSON.parse(readFileSync(source, 'utf8')) as Case)));
  }
  return { ...(await loadConfig(repository)), root, cases: join(root, 'cases'), store: join(root, '.docket/docket.db') };
}

const published = (found: Case) => ({ ...found, label: { ...found.label, decision: { approved: false } } });
const withoutPolicy = (config: LoadedConfig): LoadedConfig => {
  const { policy: _policy, explain: _explain, ...agent } = config.agent;
  return { ...config, agent };
};
/** The suite that the gate would judge by; the candidate answers in this process. */
const suiteOf = ({ cases, agent, root }: LoadedConfig, main: LoadedConfig) =>
  loadSuite(
    {
      cases: async () => loadCases(cases, agent),
      parse: async (inputs) => inputs.map((input) => ({ input: agent.input.parse(input) })),
    },
    { root, cases: '/nowhere', casesChanged: true },
    main,
  );
const audit = async (config: LoadedConfig) => (await auditProject({ config, series: 'eval' })).suspects;

describe('the label of case 5 as it was published', () => {
  test('is found by the policy, with the arithmetic', async () => {
    const config = await project({ [fifth]: (found) => ({ ...published(found), dispute: undefined }) });
    expect(await audit(config)).toMatchObject([{ caseId: fifth, by: 'policy' }]);
    const [suspect] = await audit(config);
    expect(suspect?.reason).toContain('the label says approved false, but the policy computes approved true');
    expect(suspect?.reason).toContain('($2,083.33 + $8,538.06) / $41,666.67 = 25.49 %, at or below 30 %: approve');
  });

  test('is found by how its own dispute ended', async () => {
    expect(await audit(await project({ [fifth]: published }))).toMatchObject([{ caseId: fifth, by: 'resolution' }]);
  });

  test('leaves the blocking set, and the report says so; the rest still judges', async () => {
    const config = await project({ [fifth]: (found) => ({ ...published(found), dispute: undefined }) });
    const suite = await suiteOf(config, config);
    expect(suite.cases.map((loaded) => loaded.case.id)).not.toContain(fifth);
    expect(suite.cases).toHaveLength(9);
    expect(suite.notices).toContainEqual(
      expect.objectContaining({ kind: 'dispute', caseId: fifth, message: expect.stringMatching(/audit suspects its label.*25\.49 %/) }),
    );
  });

  test('stands again when a person resolved the dispute for it', async () => {
    const decision = { approved: false };
    const reviewer = { kind: 'human' as const, name: 'Ada' };
    const config = await project({
      [fifth]: (found) => ({
        ...published(found),
        dispute: { labels: found.dispute?.labels, resolution: { decision, argument: 'A rule that is not in the policy yet.', reviewer } },
      }),
    });
    expect(await audit(config)).toEqual([]);
    expect((await suiteOf(config, config)).cases).toHaveLength(10);
  });

  test('can be marked: the case then has an open dispute with both sides', async () => {
    const config = await project({ [fifth]: (found) => ({ ...published(found), dispute: undefined }) });
    expect(openDisputes(await auditProject({ config, series: 'eval' }), config)).toEqual([join(config.cases, `${fifth}.json`)]);
    const { dispute } = JSON.parse(readFileSync(join(config.cases, `${fifth}.json`), 'utf8')) as Case;
    expect(dispute?.labels.map(({ decision }) => decision.approved)).toEqual([false, true]);
    expect(dispute?.resolution).toBeUndefined();
    expect(openDisputes(await auditProject({ config, series: 'eval' }), config)).toEqual([]);
  });
});

describe('labels against each other', () => {
  const relabelled = (approved: boolean, input: Partial<Case['input']>) => (found: Case) => {
    const { dispute: _dispute, ...rest } = found;
    return { ...rest, id: 'a-twin', input: { ...found.input, ...input }, label: { ...found.label, decision: { approved } } };
  };

  test('the same input with another decision accuses both when no policy can tell', async () => {
    const config = withoutPolicy(await project({ 'a-twin': relabelled(false, {}) }));
    expect((await audit(config)).map(({ caseId, by }) => `${by} ${caseId}`)).toEqual([`contradiction ${fifth}`, 'contradiction a-twin']);
  });

  test('a denial of what is better than an approval, named field by field', async () => {
    const config = withoutPolicy(await project({ 'a-twin': relabelled(false, { annual_income: 600_000, loan_amount: 700_000 }) }));
    expect((await audit(config)).map(({ caseId }) => caseId)).toEqual([fifth, 'a-twin']);
    expect((await audit(config))[0]?.reason).toContain('annual_income 600,000 against 500,000, loan_amount 700,000 against 800,000');
  });

  test('better in one field and worse in another is no contradiction', async () => {
    expect(
      await audit(withoutPolicy(await project({ 'a-twin': relabelled(false, { annual_income: 600_000, total_debt: 300_000 }) }))),
    ).toEqual([]);
  });

  test('a new case cannot silence the one it contradicts', async () => {
    const main = withoutPolicy(await project());
    const change = withoutPolicy(await project({ 'a-twin': relabelled(false, {}) }));
    const { cases } = await suiteOf(change, main);
    expect(cases.map((loaded) => loaded.case.id)).toContain(fifth);
    expect(cases.map((loaded) => loaded.case.id)).not.toContain('a-twin');
  });
});

test('a label that only models looked at does not judge, whatever its source is said to be, and a model ends no dispute', async () => {
  const byModel = { kind: 'model' as const, name: 'claude' };
  const config = await project({
    '08-trivial-loan-no-debt': (found) => ({ ...found, label: { ...found.label, source: 'human', reviewers: [byModel] } }),
    '09-score-one-below-fair': (found) => ({ ...found, label: { ...found.label, source: 'model' } }),
    [fifth]: (found) => ({ ...found, dispute: { ...found.dispute, resolution: { ...found.dispute?.resolution, reviewer: byModel } } }),
  });
  const suite = await suiteOf(config, config);
  expect(suite.cases).toHaveLength(7);
  const told = suite.notices.map(({ caseId, message }) => `${caseId}: ${message.slice(0, 22)}`);
  expect(told.sort()).toEqual([
    `${fifth}: The dispute over its l`,
    '08-trivial-loan-no-debt: Only a model vouches f',
    '09-score-one-below-fair: Only a model vouches f',
  ]);
});

test('a broken policy does not take the cases that show it out of the way', async () => {
  const main = await project();
  const change = { ...main, agent: { ...main.agent, policy: () => ({ approved: true }) } };
  expect((await audit(change)).length).toBeGreaterThan(3);
  expect((await suiteOf(change, main)).cases).toHaveLength(10);
});

test('what unrelated versions agree on speaks against a label only where the policy does not confirm it', async () => {
  // Case 8 is approved by both versions; the label put there denies it.
  const eighth = '08-trivial-loan-no-debt';
  const config = await project({ [eighth]: published });
  const session = await openSession({ config, environment: {}, mode: 'simulated', warn: () => {} });
  const versions = await Promise.all(['v1', 'v2'].map((name) => session.prepare(name)));
  await evaluate(session, { versions: ['v1', 'v2'], trials: 3, caseIds: [eighth], signal: new AbortController().signal });
  await session.close();
  const store = openTrialStore(config.store);
  try {
    const tried = await auditProject({ config: withoutPolicy(config), series: 'eval', store, witnesses: [versions] });
    expect(tried.triedCases).toBe(1);
    expect(tried.suspects).toMatchObject([{ caseId: eighth, by: 'versions' }]);
    expect(tried.suspects[0]?.reason).toContain('v1 3 of 3, v2 3 of 3 trials');
    const right = await project();
    expect((await auditProject({ config: right, series: 'eval', store, witnesses: [versions] })).suspects).toEqual([]);
  } finally {
    await store.close();
  }
});

test("the repository's own labels hold", async () => {
  expect(await audit(await loadConfig(repository))).toEqual([]);
});

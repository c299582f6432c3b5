import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type DocketConfig, parseConfig } from '../../agent/config.ts';
import { refundDesk } from '../../agent/testing/refund-desk.ts';
import { systemClock } from '../../contracts/clock.ts';
import { evaluationSchema } from '../../contracts/evaluation.ts';
import { PriceBook } from '../../model/price-book.ts';
import type { SimulatedAnswer } from '../../model/simulator.ts';
import { expectedDecision } from '../../scorers/expected-decision.ts';
import { trialConsistency } from '../../scorers/trial-consistency.ts';
import { loadConfig } from '../load-config.ts';
import { openSession, type SessionOptions } from '../session.ts';
import { type EvaluateOptions, evaluate, evaluationExitCode } from './index.ts';

const folders: string[] = [];
const folder = () => {
  const created = mkdtempSync(join(tmpdir(), 'evaluate-'));
  folders.push(created);
  return created;
};
afterEach(() => {
  for (const created of folders.splice(0)) rmSync(created, { recursive: true });
});

let modelCalls = 0;
const decide = (approved: boolean): SimulatedAnswer => ({
  content: [{ type: 'text', text: JSON.stringify({ approved, amount: 1 }) }],
  stopReason: 'end_turn',
});

/** Approves up to $10 in v1, everything in v2; a stand-in, not a model. */
const agent: DocketConfig['agent'] = {
  ...refundDesk(),
  prompts: { strict: 'Up to $10.', lax: 'Approve.' },
  versions: {
    v1: { prompt: 'strict', toolVariant: 'plain', model: 'claude-sonnet-4-6' },
    v2: { prompt: 'lax', toolVariant: 'plain', model: 'claude-sonnet-4-6' },
    twin: { prompt: 'strict', toolVariant: 'plain', model: 'claude-sonnet-4-6' },
  },
  scorers: [expectedDecision({ approvalField: 'approved' }), trialConsistency({ fields: ['approved'] })],
  simulator: {
    source: import.meta.url,
    respond({ system, messages }) {
      modelCalls += 1;
      const amount = Number(/\$(\d+)/.exec(JSON.stringify(messages))?.[1]);
      return decide(JSON.stringify(system).includes('Approve') || amount <= 10);
    },
  },
};

function writeCase(root: string, id: string, amount: number, approved: boolean): void {
  const label = { decision: { approved }, source: 'policy', rationale: 'The limit is $10.', reviewers: [{ kind: 'policy' }] };
  mkdirSync(join(root, 'cases'), { recursive: true });
  writeFileSync(
    join(root, 'cases', `${id}.json`),
    JSON.stringify({ id, title: id, input: { amount }, label, origin: { kind: 'designed' } }),
  );
}

async function project(changes: Partial<DocketConfig> = {}) {
  const root = folder();
  writeCase(root, 'small', 5, true);
  writeCase(root, 'large', 50, false);
  const config = { ...parseConfig({ agent, cases: 'cases', current: 'v1', versions: ['v1', 'v2'], trials: 3, ...changes }, 'test'), root };
  const prices = new PriceBook(config.prices);
  const resolved = {
    ...config,
    prices,
    cases: join(root, 'cases'),
    store: join(root, '.docket/docket.db'),
    file: join(root, 'docket.config.ts'),
  };
  return {
    root,
    async run(options: Partial<EvaluateOptions> = {}, session: Partial<SessionOptions> = {}) {
      modelCalls = 0;
      const opened = await openSession({ config: resolved, environment: {}, warn: () => {}, ...session });
      try {
        const { evaluation } = await evaluate(opened, { signal: new AbortController().signal, ...options });
        expect(evaluationSchema.parse(JSON.parse(readFileSync(join(root, 'reports/evaluation.json'), 'utf8')))).toEqual(evaluation);
        return { evaluation, modelCalls, exitCode: evaluationExitCode(evaluation) };
      } finally {
        await opened.close();
      }
    },
  };
}

test('compares versions; the current one alone decides the exit code', async () => {
  const { run } = await project();
  const { evaluation, exitCode } = await run();
  const [v1, v2] = evaluation.versions;
  expect(v1).toMatchObject({ role: 'current', totals: { passes: 6, runs: 6, falseApprovals: 0, agreement: 1 } });
  expect(v2).toMatchObject({ role: 'comparison', totals: { passes: 3, runs: 6, falseApprovals: 3, falseDenials: 0 } });
  expect(v2?.cases.find(({ caseId }) => caseId === 'large')?.findings).toMatchObject([{ code: 'false-approval', trials: 3 }]);
  expect(evaluation.mode).toBe('simulated');
  expect(exitCode).toBe(0);
  expect((await run({ versions: ['v2'] })).exitCode).toBe(1);
});

test('stored trials are reused, also for a version of another name and for a changed label; --fresh starts anew', async () => {
  const { root, run } = await project();
  expect((await run()).modelCalls).toBe(12);
  expect((await run()).modelCalls).toBe(0);
  expect(await run({ versions: ['v1', 'twin'] })).toMatchObject({
    modelCalls: 0,
    evaluation: { versions: [{ totals: { runs: 6 } }, { totals: { runs: 6 } }] },
  });
  expect((await run({ trials: 4 })).modelCalls).toBe(4);
  writeCase(root, 'large', 50, true);
  expect(await run()).toMatchObject({ modelCalls: 0, exitCode: 1 });
  expect((await run({ series: 'another' })).modelCalls).toBe(12);
});

test('two cases with the same input share their trials and are both scored', async () => {
  const { root, run } = await project();
  writeCase(root, 'small-again', 5, false);
  const { evaluation, modelCalls: calls } = await run({ versions: ['v1'] });
  expect(calls).toBe(6);
  expect(evaluation.versions[0]?.cases.map(({ caseId, passes, runs }) => [caseId, passes, runs])).toEqual([
    ['large', 3, 3],
    ['small', 3, 3],
    ['small-again', 0, 3],
  ]);
  const dollars = evaluation.versions[0]?.cases.slice(0, 2).flatMap(({ trials }) => trials.map((trial) => trial.dollars ?? 0)) ?? [];
  expect(dollars).toHaveLength(6);
  expect(evaluation.versions[0]?.totals.dollars).toBeCloseTo(
    dollars.reduce((sum, each) => sum + each, 0),
    12,
  );
});

test('infra errors are no runs: the evaluation is incomplete', async () => {
  const { run } = await project();
  const { evaluation, exitCode } = await run(
    { versions: ['v1'], trials: 1 },
    { simulation: { failureRate: 1 }, clock: { ...systemClock, pause: async () => {} } },
  );
  expect(evaluation.versions[0]).toMatchObject({ totals: { runs: 0, infraErrors: 2 } });
  expect(exitCode).toBe(3);
  expect((await run({ versions: ['v1'], trials: 1 })).exitCode).toBe(0);
});

test('what selects nothing or is unknown is an error before any model call', async () => {
  const { run } = await project();
  await expect(run({ caseIds: ['gone'] })).rejects.toThrow('There is no case "gone". Known: large, small.');
  await expect(run({ first: 0 })).rejects.toThrow('No case was selected');
  await expect(run({ versions: ['v9'] })).rejects.toThrow('has no version "v9"');
  expect(modelCalls).toBe(0);
  await expect(project({ trials: 0 })).rejects.toThrow(/trials/);
});

const repository = join(import.meta.dirname, '../../..');

/** A copy of the project's sources and configuration, for changing. */
function copyOfProject(): string {
  const root = folder();
  for (const entry of ['src', 'docket.config.ts', 'package.json', 'cases'])
    cpSync(join(repository, entry), join(root, entry), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  return root;
}

async function fingerprintsOf(root: string, versions: readonly string[]): Promise<string[]> {
  const session = await openSession({ config: await loadConfig(root), environment: {}, store: ':memory:', warn: () => {} });
  try {
    return await Promise.all(versions.map(async (version) => (await session.prepare(version)).identity.fingerprint));
  } finally {
    await session.close();
  }
}

test("one changed rate in the underwriter's policy changes its fingerprints; another folder and another name do not", {
  tags: ['slow'],
}, async () => {
  const before = await fingerprintsOf(repository, ['v1', 'v2']);
  expect(await fingerprintsOf(copyOfProject(), ['v1', 'v2'])).toEqual(before);

  const renamed = copyOfProject();
  const agentFile = join(renamed, 'src/underwriting/agent.ts');
  const source = readFileSync(agentFile, 'utf8');
  expect(source).toMatch(/\bv2: \{/);
  writeFileSync(agentFile, source.replace(/versions: \{([\s\S]*?)\bv2: \{/, 'versions: {$1deployed: {'));
  const config = join(renamed, 'docket.config.ts');
  writeFileSync(config, readFileSync(config, 'utf8').replaceAll("'v2'", "'deployed'"));
  expect(await fingerprintsOf(renamed, ['v1', 'deployed'])).toEqual(before);

  const changed = copyOfProject();
  const policy = join(changed, 'src/underwriting/policy.ts');
  const rules = readFileSync(policy, 'utf8');
  expect(rules).toContain('7.2');
  writeFileSync(policy, rules.replace('7.2', '7.3'));
  const after = await fingerprintsOf(changed, ['v1', 'v2']);
  expect(after[0]).not.toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
});

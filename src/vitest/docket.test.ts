import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, onTestFinished, vi } from 'vitest';
import { type Agent, type CaseScorer, ModelError, type Scorer, type TrialScorer } from '../index.ts';
import { traceSink } from '../traces/testing/trace-sink.ts';
import { Docket, openEvalsSession } from './docket.ts';
import { alwaysSimulated, describeCases, expect } from './index.ts';
import type { JudgedTrial } from './judged-trial.ts';
import { testWithSession as test } from './test.ts';

test.override('evalsMode', alwaysSimulated);

const one = ['08-trivial-loan-no-debt'];

test('trials come by case and number, as many as were asked for', async ({ docket }) => {
  const cases = ['05-high-income-terrible-credit', '01-dti-exactly-at-cap'];
  const trials = await docket.run('v2', { cases, trials: 3 });
  expect(trials.map(({ case: { id }, number }) => `${id} ${number}`)).toEqual(
    cases.flatMap((id) => [1, 2, 3].map((number) => `${id} ${number}`)),
  );
  expect(new Set(trials.map(({ version }) => version.name))).toEqual(new Set(['v2']));
});

test('a stored trial is not run again: more trials cost only what is missing', async ({ docket }) => {
  const slow = await docket.with({ simulation: { latencyMs: 20 } });
  const [first] = await slow.run('v2', { cases: one, trials: 1 });
  const again = await slow.run('v2', { cases: one, trials: 2 });
  expect(again[0]?.evidence.trial).toEqual(first?.evidence.trial);
  expect(again).toHaveLength(2);
});

test('a scorer that does not judge fails the test by name', async ({ docket }) => {
  const { agent } = docket;
  const scorer = (score: () => unknown) => [{ scope: 'trial', name: 'fair', score } as unknown as TrialScorer];
  const failing = await docket.with({ agent: { ...agent, scorers: scorer(async () => Promise.reject(new Error('overloaded'))) } });
  await expect(failing.run('v2', { cases: one, trials: 1 })).rejects.toThrow(
    /INCOMPLETE: of 1 trial, 1 ended in an infra error[\s\S]*scorer: The scorer "fair" \(src\/underwriting\/scorers\.ts\) failed on case 08-trivial-loan-no-debt, trial 1: Error: overloaded/,
  );
  const promising = await docket.with({ agent: { ...agent, scorers: scorer(() => Promise.resolve(true)) } });
  await expect(promising.run('v2', { cases: one, trials: 1 })).rejects.toThrow(
    'The scorer "fair" (src/underwriting/scorers.ts) returned for case 08-trivial-loan-no-debt, trial 1 true, which is not a score',
  );
});

test('a test is incomplete where a file that the agent reads was edited as it ran', async ({ docket }) => {
  const root = mkdtempSync(join(tmpdir(), 'docket-vitest-edited-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const rates = join(root, 'rates.txt');
  writeFileSync(rates, '45 %');
  const { simulator } = docket.agent as Required<Agent>;
  const respond: typeof simulator.respond = (...call) => {
    appendFileSync(rates, ', or 50 %');
    return simulator.respond(...call);
  };
  const edited = await docket.with({ agent: { ...docket.agent, root, reads: ['rates.txt'], simulator: { ...simulator, respond } } });
  await expect(edited.run('v2', { cases: one, trials: 2 })).rejects.toThrow(
    /INCOMPLETE: of 2 trials, \d ended in an infra error[\s\S]*changed: v2 changed while its trials were run: it differs in the files read/,
  );
});

test('scorers that answer later judge trials and repeats, and the matchers know what they said', async ({ docket }) => {
  const said = (name: string, pass: boolean) => ({ name, hard: name === 'kind', pass, value: 1, reason: name, findings: [] });
  const scorers = [
    { scope: 'trial', name: 'kind', score: async ({ trial }) => said('kind', trial.key?.number !== 2) },
    { scope: 'case', name: 'alike', score: async ({ trials }) => said('alike', trials.length === 3) },
  ] satisfies Scorer[];
  const later = await docket.with({ agent: { ...docket.agent, scorers } });
  const trials = await later.run('v2', { cases: one, trials: 3 });
  expect(trials.map(({ pass }) => pass)).toEqual([true, false, true]);
  expect(trials[0]).toPassScorer('kind');
  expect(trials[1]).not.toPassScorer('kind');
  expect(trials).toPassScorer('alike');
  expect(() => expect(trials.slice(1)).toPassScorer('alike')).toThrow('Give it all of them, as docket.run() gives them; it was given 2.');
});

test('repeats whose scorer fails do not pass, and a trial that nobody judged neither', async ({ docket }) => {
  const repeats: CaseScorer = { scope: 'case', name: 'fair', score: () => Promise.reject(new Error('overloaded')) };
  const failing = await docket.with({ agent: { ...docket.agent, scorers: [repeats] } });
  const trials = await failing.run('v2', { cases: one, trials: 2 });
  expect(() => expect(trials).toPassScorer('fair')).toThrow('The scorer "fair" (src/underwriting/scorers.ts) failed');
  expect(trials).not.toPass();
  expect(trials).toShowFinding('not-judged');
  expect(() => expect(trials).toPass()).toThrow('judgement: no hard scorer had anything to judge');
});

test('an agent made up for a test has its own trials', async ({ docket }) => {
  const { agent } = docket;
  const kind = await docket.with({ agent: { ...agent, prompts: { ...agent.prompts, v2: `${agent.prompts.v1}` } } });
  const cases = ['06-excellent-credit-loan-5-times-income'];
  expect(await docket.run('v2', { cases, trials: 3 })).toPass();
  expect(await kind.run('v2', { cases, trials: 3 })).toShowFinding('false-approval', { atLeast: 1 });
  expect(await docket.run('v2', { cases, trials: 3 })).toPass();
});

test.for([
  [{ cases: ['11-unknown'] }, 'There is no case "11-unknown". Known: 01-dti-exactly-at-cap,'],
  [{ cases: [] }, 'so there is nothing to run. Name at least one case'],
  [{ trials: 0 }, 'trials is 0. Expected a whole number from 1'],
  [{ trials: 1.5 }, 'trials is 1.5'],
] as const)('%o is refused', async ([options, message], { docket }) => {
  await expect(docket.run('v2', options)).rejects.toThrow(message);
});

test('an unknown version is refused with the known ones', async ({ docket }) => {
  await expect(docket.run('v9')).rejects.toThrow('has no version "v9". Known: v1, v2');
});

test('a test that looks at no trial of a run fails, and one that looks at any does not', async ({ docketSession, task, signal }) => {
  const looks: [(trials: JudgedTrial[]) => unknown, boolean][] = [
    [() => {}, false],
    [(trials) => [trials], false],
    [(trials) => expect(trials).toPass(), true],
    [([first]) => first, true],
    [(trials) => trials.length, true],
    [(trials) => structuredClone([...trials].map(({ decision }) => decision)), true],
  ];
  for (const [look, seen] of looks) {
    const docket = new Docket(docketSession, { task, signal });
    await look(await docket.run('v2', { cases: one, trials: 1 }));
    const end = docket.end();
    if (seen) await end;
    else await expect(end).rejects.toThrow('The test ran 1 trial of v2 and looked at none, so it would pass whatever they are.');
  }
  // What fails already needs no second reason.
  const failed = new Docket(docketSession, { task: { ...task, result: { state: 'fail' } } as typeof task, signal });
  await failed.run('v2', { cases: one, trials: 1 });
  await failed.end();
});

test('the test’s records hold what ran, each case once', async ({ docket, task }) => {
  expect(await docket.run('v2', { cases: one, trials: 1 })).toHaveLength(1);
  expect(await docket.run('v2', { cases: one, trials: 2 })).toHaveLength(2);
  expect(await docket.run('v1', { cases: one, trials: 1 })).toHaveLength(1);
  expect(task.meta.docket).toEqual([
    { caseId: one[0], version: 'v2', variation: '', mode: 'simulated', trials: 2, runs: 2, passes: 2, faults: [], infraErrors: [] },
    expect.objectContaining({ version: 'v1', runs: 1, passes: 0, faults: expect.arrayContaining([{ code: 'wrong-max-loan', trials: 1 }]) }),
  ]);
});

test('trials of a suite are traces with their scores, where a receiver is named', async ({ docketSession, task, signal }) => {
  await using sink = await traceSink();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', sink.environment.OTEL_EXPORTER_OTLP_ENDPOINT);
  const session = await openEvalsSession(docketSession.config, { mode: 'simulated', store: ':memory:' });
  vi.unstubAllEnvs();
  const docket = new Docket(session, { task, signal });
  expect(await docket.run('v1', { cases: one, trials: 2 })).toHaveLength(2);
  // In a process that records already, its traces go the same way.
  const varied = await docket.with({ simulation: { latencyMs: 1 } });
  expect(await varied.run('v2', { cases: one, trials: 1 })).toHaveLength(1);
  await docket.end();
  await session.close();
  expect(await sink.trials()).toEqual([`v1 ${one[0]} eval 1`, `v1 ${one[0]} eval 2`, `v2 ${one[0]} eval 1`]);
  expect(await sink.scores()).toMatchObject({ 'expected-decision fail': 2, 'expected-decision pass': 1, 'trajectory pass': 3 });
});

describe('trials that the machinery ends', () => {
  test('make the test incomplete', async ({ docket, task }) => {
    const respond = () => {
      throw new ModelError('server', 'The server is gone.', { retryable: false });
    };
    const shaky = await docket.with({ agent: { ...docket.agent, simulator: { source: import.meta.url, respond } } });
    await expect(shaky.run('v2', { cases: one, trials: 1 })).rejects.toThrow(
      /INCOMPLETE: of 1 trial, 1 ended in an infra error, not by the agent's own doing[\s\S]*server: The server is gone/,
    );
    expect(task.meta.docket?.[0]).toMatchObject({ runs: 0, passes: 0, infraErrors: ['server'] });
  });
});

test('a cancelled test ends its trials at once, and they can be run afterwards', async ({ docketSession, task }) => {
  const cancelled = new AbortController();
  const docket = new Docket(docketSession, { task, signal: cancelled.signal });
  const slow = await docket.with({ simulation: { latencyMs: 60_000 } });
  const run = slow.run('v2', { cases: one, trials: 3 });
  setTimeout(() => cancelled.abort(new Error('the test was cancelled')), 20);
  await expect(run).rejects.toThrow('the test was cancelled');
  await docket.end();
  expect(task.meta.docket).toBeUndefined();
});

test('a run that a test does not wait for is waited for when the test ends', async ({ docketSession, task, signal }) => {
  const docket = new Docket(docketSession, { task, signal });
  const slow = await docket.with({ simulation: { latencyMs: 20 } });
  let unawaited = 0;
  slow.run('v2', { cases: one, trials: 20 }).then((trials) => {
    unawaited = trials.length;
  });
  await docket.end();
  expect(unawaited).toBe(20);
});

const seen: string[] = [];
describeCases(
  'v2',
  { name: 'cases of a version', trials: 2, cases: [...one, '05-high-income-terrible-credit'] },
  ({ trials, case: { id }, docket }) => {
    expect(trials.map(({ number }) => number)).toEqual([1, 2]);
    expect(trials.every((trial) => trial.case.id === id)).toBe(true);
    expect(docket.mode).toBe('simulated');
    seen.push(id);
  },
);
test('describeCases ran each case that was named, and no other', () => {
  expect(seen.toSorted()).toEqual(['05-high-income-terrible-credit', '08-trivial-loan-no-debt']);
});

import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AssertionValueFunctionContext, CallApiContextParams, EvaluateResult, ProviderResponse } from 'promptfoo';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { parseConfig } from '../agent/config.ts';
import type { Agent } from '../agent/define-agent.ts';
import { fingerprintInput } from '../agent/fingerprint.ts';

import type { JsonObject } from '../contracts/json.ts';
import type { TrialScorer } from '../contracts/scorer.ts';
import { openSession } from '../flows/session.ts';
import { PriceBook } from '../model/price-book.ts';
import { invariance } from '../scorers/relations/invariance.ts';
import { allScorers, relations } from './assertions.ts';
import { readRows } from './judge-rows.ts';
import DocketProvider from './provider.ts';
import { versionOfProvider } from './provider-id.ts';
import { ScoredRows } from './scored-rows.ts';
import type { SharedSession } from './shared-session.ts';
import { expenseDesk, prompts, unreachableAmount } from './testing/expense-desk.ts';
import { versionResults } from './version-results.ts';

/** A session of its own with the cases `small` and `unreachable`, its store in memory. */
async function openDesk(latencyMs = 0, agent: Agent = expenseDesk): Promise<SharedSession> {
  const config = parseConfig({ agent, cases: 'cases', current: 'strict', store: ':memory:', simulation: { latencyMs } }, 'test');
  const session = await openSession({
    config: { ...config, prices: new PriceBook(), root: import.meta.dirname, file: 'test' },
    mode: 'simulated',
    environment: {},
    warn: () => {},
  });
  const inputs: Record<string, JsonObject> = { small: { amount: 10, note: '429' }, unreachable: { amount: unreachableAmount, note: '' } };
  const cases = Object.entries(inputs).map(([id, input]) => {
    const decision = { approved: true };
    const label = { decision, source: 'human' as const, rationale: 'small', reviewers: [{ kind: 'human' as const }] };
    return [
      id,
      {
        case: { id, title: id, input, label, origin: { kind: 'designed' as const } },
        input,
        fingerprint: fingerprintInput(input),
        file: `${id}.json`,
      },
    ] as const;
  });
  const byId = new Map(cases);
  return { session, cases: byId, scoredRows: new ScoredRows(session, byId) };
}

function provide(version: string, desk: Promise<SharedSession>): DocketProvider {
  return new DocketProvider({ config: { version } }, () => desk);
}

function context(vars: Record<string, string>, repeatIndex?: number): CallApiContextParams {
  // Reading the test, where the expected decision stands, would throw.
  const closed = { prompt: { raw: '', label: '' }, vars, repeatIndex };
  return Object.defineProperty(closed, 'test', {
    get() {
      throw new Error('the provider looked at the test');
    },
  }) as CallApiContextParams;
}

afterEach(() => vi.restoreAllMocks());

describe('the provider', () => {
  test('runs the trial of the case and the repeat, and takes it from the store the next time', async () => {
    const provider = provide('strict', openDesk());
    const first = await provider.callApi(`${prompts.strict}\n`, context({ caseId: 'small' }, 2));
    expect(first).toMatchObject({
      output: '{"approved": true, "limit": 1429, "reason": "Noted: 429"}',
      metadata: { caseId: 'small', trialNumber: 3, version: 'strict', mode: 'simulated', outcome: 'decided' },
      cached: false,
      tokenUsage: { numRequests: 1 },
    });
    // Nobody paid for it: promptfoo would add it up as spent.
    expect(first).not.toHaveProperty('cost');
    expect(first.metadata?.price).toMatch(/^\$0\.\d+ if live$/);
    expect(first.metadata).not.toHaveProperty('http');
    const again = await provider.callApi(prompts.strict, context({ caseId: 'small' }, 2));
    expect(again).toMatchObject({ output: first.output, cached: true, metadata: { price: first.metadata?.price } });
    expect(again.tokenUsage).toEqual({ cached: first.tokenUsage?.total, total: first.tokenUsage?.total, numRequests: 0 });
  });

  test('gives no answer that came while a file of the version was edited, and keeps no trial of it', async () => {
    const root = mkdtempSync(join(tmpdir(), 'docket-promptfoo-edited-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    const rates = join(root, 'rates.txt');
    writeFileSync(rates, 'Two dollars.');
    const { simulator } = expenseDesk as Required<Agent>;
    const respond: typeof simulator.respond = (...call) => {
      appendFileSync(rates, ' Or three.');
      return simulator.respond(...call);
    };
    const desk = openDesk(0, { ...expenseDesk, root, reads: ['rates.txt'], simulator: { ...simulator, respond } });
    const response = await provide('strict', desk).callApi(prompts.strict, context({ caseId: 'small' }));
    expect(response.error).toContain("Neither a pass nor a fail: the version's files were changed while it ran. strict changed while");
    expect(response).not.toHaveProperty('output');
    expect(await (await desk).session.store.newest(10)).toEqual([]);
  });

  test('without a repeat it is trial 1', async () => {
    const response = await provide('strict', openDesk()).callApi(prompts.strict, context({ caseId: 'small' }));
    expect(response.metadata).toMatchObject({ trialNumber: 1 });
  });

  test('names itself by its version', () => {
    const provider = provide('v1/v2@claude-haiku-5-5', openDesk());
    expect(versionOfProvider(provider.id())).toBe('v1/v2@claude-haiku-5-5');
    expect(versionOfProvider('openai:chat')).toBeUndefined();
  });

  test('refuses to be made without a version', () => {
    expect(() => new DocketProvider({ config: {} })).toThrow('config: {version: v2}');
    expect(() => new DocketProvider({})).toThrow('has no version to run');
  });

  test.each([
    ['a prompt that is not its own', prompts.generous, 'small', 'strict', /only runs the agent's prompt "strict"\..*prompts: \[strict\]/],
    ['no case of that name', prompts.strict, 'large', 'strict', /The variable caseId is "large"; expected the id of a case/],
    ['a version that does not exist', prompts.strict, 'small', 'v9', /has no version "v9". Known: generous, strict/],
  ])('answers %s with an error that says what to do', async (_what, prompt, caseId, version, message) => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const response = await provide(version, openDesk()).callApi(prompt, context({ caseId }));
    expect(response.error).toMatch(message);
    expect(response.output).toBeUndefined();
    expect(written).toHaveBeenCalledWith(expect.stringMatching(message));
  });

  test('an infra error is told in words that set off no retry', async () => {
    const response: ProviderResponse = await provide('strict', openDesk()).callApi(prompts.strict, context({ caseId: 'unreachable' }));
    expect(response.error).toBe("Neither a pass nor a fail: the model's server could not be reached.");
    expect(response.metadata).toMatchObject({ outcome: 'infra-error' });
  });

  test('an abort ends the trial and leaves nothing behind', async () => {
    const desk = openDesk(60_000);
    const abort = new AbortController();
    const running = provide('strict', desk).callApi(prompts.strict, context({ caseId: 'small' }), { abortSignal: abort.signal });
    setTimeout(() => abort.abort(), 20);
    await expect(running).rejects.toHaveProperty('name', 'AbortError');
    const { session, cases } = await desk;
    const { identity } = await session.prepare('strict');
    const key = {
      versionFingerprint: identity.fingerprint,
      caseFingerprint: cases.get('small')?.fingerprint ?? '',
      series: 'eval',
      number: 1,
    };
    expect(await session.store.claim(key)).toBe('claimed');
  });
});

test('a row is scored once, for the assertion and the summary alike; rows of another process when they are asked for', async () => {
  let asked = 0;
  const counting: Agent = {
    ...expenseDesk,
    scorers: expenseDesk.scorers.map((scorer) =>
      scorer.scope === 'trial'
        ? {
            ...scorer,
            score(...asking: Parameters<TrialScorer['score']>) {
              asked += 1;
              return scorer.score(...asking);
            },
          }
        : scorer,
    ),
  };
  const desk = await openDesk(0, counting);
  const judge = async (shared: SharedSession) => {
    const response = await provide('strict', Promise.resolve(desk)).callApi(prompts.strict, context({ caseId: 'small' }));
    const graded = await allScorers('', { providerResponse: response } as AssertionValueFunctionContext, async () => shared);
    const row = { success: true, vars: { caseId: 'small' }, provider: { id: '' }, response } as unknown as EvaluateResult;
    const [version] = await versionResults(shared, readRows([row]));
    return { graded: graded.pass, passes: version?.totals.passes, runs: version?.totals.runs };
  };
  expect(await judge(desk)).toEqual({ graded: true, passes: 1, runs: 1 });
  // Once about the row, and once to see whether it could have failed it.
  expect(asked).toBe(2);
  // Without what the provider remembered: it scores its own, and whoever asks first scores once more.
  const elsewhere = { ...desk, scoredRows: new ScoredRows(desk.session, desk.cases) };
  expect(await judge(elsewhere)).toEqual({ graded: true, passes: 1, runs: 1 });
  expect(asked).toBe(4);
});

describe('the assertion on relations', () => {
  const thirtyFold = invariance<{ amount: number; note: string }>({
    name: 'same-thirty-fold',
    fields: ['approved'],
    twins: (input) =>
      input.amount > 100 ? { why: 'it is large' } : [{ what: 'thirty times as much', input: { ...input, amount: input.amount * 300 } }],
  });
  const noted = invariance({ field: 'note', values: ['a', 'b'], fields: ['approved'] });
  const judged = async (agent: Agent, config: object, version = 'strict', caseId = 'small') => {
    const desk = openDesk(0, agent);
    const providerResponse = await provide(version, desk).callApi(prompts[version as keyof typeof prompts], context({ caseId }));
    const given = { providerResponse, config } as unknown as AssertionValueFunctionContext;
    const result = await relations('', given, () => desk);
    await (await desk).session.close();
    return result;
  };

  test('runs the twins of the row, and fails it by the relation that does not hold', async () => {
    const agent = { ...expenseDesk, relations: [thirtyFold, noted] };
    expect(await judged(agent, { relations: ['same-whatever-note'] })).toMatchObject({
      pass: true,
      namedScores: { 'same-whatever-note': 1 },
    });
    expect(await judged(agent, {})).toMatchObject({
      pass: false,
      reason: expect.stringContaining('not-invariant: thirty times as much: approved is false in place of true'),
    });
  });

  test('is never green where nothing was judged: no relation, a name that is none, a check that throws, a twin that could not be run', async () => {
    const far = invariance<JsonObject>({
      name: 'far',
      twins: (input) =>
        input.amount === unreachableAmount
          ? { why: 'it is out of reach' }
          : [{ what: 'out of reach', input: { ...input, amount: unreachableAmount } }],
    });
    const broken = {
      ...noted,
      check: () => {
        throw new Error('lost');
      },
    };
    for (const [agent, config, message] of [
      [expenseDesk, {}, 'declares no relations'],
      [{ ...expenseDesk, relations: [noted] }, { relations: ['same'] }, 'has no relation "same"'],
      [{ ...expenseDesk, relations: [noted] }, { relations: 'same-whatever-note' }, 'expected a list of names'],
      [{ ...expenseDesk, relations: [broken] }, {}, 'lost'],
      [{ ...expenseDesk, relations: [far] }, {}, 'could not be judged'],
    ] as const) {
      expect(await judged(agent as Agent, config)).toMatchObject({ pass: false, reason: expect.stringContaining(message) });
    }
  });
});

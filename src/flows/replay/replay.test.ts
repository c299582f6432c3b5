import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../../agent/config.ts';
import { defineAgent } from '../../agent/define-agent.ts';
import { functionAgent } from '../../agent/function-agent.ts';
import { fromJsonSchema } from '../../contracts/from-json-schema.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { type Replay, replaySchema } from '../../contracts/replay.ts';
import { faultyAnswer } from '../../contracts/tool-fault.ts';
import type { Model } from '../../model/model.ts';
import { PriceBook } from '../../model/price-book.ts';
import { expectedDecision } from '../../scorers/expected-decision.ts';
import { openTrialStore } from '../../trials/open-trial-store.ts';
import type { TrialStore } from '../../trials/trial-store.ts';
import { loadCases } from '../cases/load-cases.ts';
import { judgeTrials } from '../judging/judge-trials.ts';
import { trialRequest } from '../judging/trial-request.ts';
import { openSession, type Session } from '../session.ts';
import { findTrial, parseTrialName } from './1-find-trial.ts';
import { keepUpTo } from './2-change-result.ts';
import { failingTools, replayEachFault } from './each-fault.ts';
import { replay } from './index.ts';
import { newestTrials } from './newest-trials.ts';

const decision: JsonObject = {
  type: 'object',
  properties: { approved: { type: 'boolean' }, looked: { type: 'integer' } },
  required: ['approved', 'looked'],
  additionalProperties: false,
};
const noArguments = { type: 'object' as const, properties: {}, additionalProperties: false };
const ran: string[] = [];

/** Looks the amount and the limit up, twice where one of them failed; approves what is within the limit. */
function clerk(prompt = 'Look both up. Then decide.') {
  return defineAgent<{ amount: number }, { approved: boolean; looked: number }>({
    name: 'clerk',
    input: z.strictObject({ amount: z.int() }),
    prompts: { plain: prompt },
    toolVariants: {
      plain: {
        definitions: ['amount', 'limit'].map((name) => ({ name, description: `Says the ${name}.`, input_schema: noArguments })),
        decisionJsonSchema: decision,
        decisionSchema: fromJsonSchema(decision) as z.ZodType<{ approved: boolean; looked: number }>,
        tools: new Map(
          (['amount', 'limit'] as const).map((name) => [
            name,
            {
              source: import.meta.url,
              run(_: JsonObject, input: { amount: number }) {
                ran.push(name);
                return name === 'amount' ? `The amount is ${input.amount}.` : 'The limit is 30.';
              },
            },
          ]),
        ),
        inputSchemas: new Map(['amount', 'limit'].map((name) => [name, fromJsonSchema(noArguments)])),
      },
    },
    versions: { v1: { prompt: 'plain', toolVariant: 'plain', model: 'claude-haiku-4-5' } },
    userMessage: { source: import.meta.url, render: () => 'Decide.' },
    policy: ({ amount }) => ({ approved: amount <= 30 }),
    scorers: [expectedDecision({ approvalField: 'approved' })],
    simulator: {
      source: import.meta.url,
      respond({ messages }, random) {
        const told = JSON.stringify(messages);
        const calls = (...names: string[]) => ({
          content: names.map((name) => ({ type: 'tool_use' as const, name, input: {} })),
          stopReason: 'tool_use' as const,
        });
        if (messages.length === 1) return calls('amount', 'limit');
        if (messages.length === 3 && told.includes(' failed: ')) return calls('amount');
        const [amount, limit] = [/amount is (\d+)/, /limit is (\d+)/].map((number) => Number(number.exec(told)?.[1] ?? 0));
        const answer = { approved: Number(amount) <= Number(limit), looked: Math.floor(random() * 1e9) };
        return { content: [{ type: 'text', text: JSON.stringify(answer) }], stopReason: 'end_turn' };
      },
    },
  });
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function projectOf(agent: ReturnType<typeof clerk>) {
  const root = mkdtempSync(join(tmpdir(), 'replay-'));
  folders.push(root);
  mkdirSync(join(root, 'cases'));
  const label = { decision: { approved: true }, source: 'human', rationale: 'Counted.', reviewers: [{ kind: 'human', name: 'r' }] };
  const found = { id: 'small', title: 'A small one', input: { amount: 20 }, label, origin: { kind: 'designed' } };
  writeFileSync(join(root, 'cases', 'small.json'), JSON.stringify(found));
  const config = parseConfig({ agent, cases: 'cases', current: 'v1' }, 'docket.config.ts');
  const places = { cases: join(root, 'cases'), store: ':memory:', root, file: join(root, 'docket.config.ts') };
  return { ...config, agent: { ...agent, root }, prices: new PriceBook({}), ...places };
}
type Project = ReturnType<typeof projectOf>;

async function withSession<Value>(config: Project, store: TrialStore, use: (session: Session) => Promise<Value>): Promise<Value> {
  const session = await openSession({ config, store, mode: 'simulated', traces: 'none', environment: {}, warn: () => {} });
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

const { signal } = new AbortController();

/** Runs the case once, as `docket eval` does. */
const evaluated = (config: Project, store: TrialStore) =>
  withSession(config, store, async (session) => {
    const prepared = await session.prepare('v1');
    const [loaded] = loadCases(config.cases, config.agent);
    if (!loaded) throw new Error('no case');
    await judgeTrials([{ request: trialRequest(prepared, loaded, 'eval', 1), place: { loaded } }], { session, signal, onEnd() {} });
    return prepared.identity.fingerprint;
  });

async function replayed(
  config: Project,
  store: TrialStore,
  tool: string,
  answer: { readonly result: string; readonly isError: boolean },
  { name = 'v1/small/1', version = undefined as string | undefined, trials = 1 } = {},
): Promise<{ readonly told: Replay; readonly asked: number }> {
  const found = await findTrial(config, store, parseTrialName(name), version === undefined ? {} : { version });
  return withSession(config, store, async (session) => {
    let asked = 0;
    const counting: Model = {
      ...session.model,
      create(...call) {
        asked += 1;
        return session.model.create(...call);
      },
    };
    const told = await replay({ ...session, model: counting }, found, { changed: { tool, call: 1, answer }, trials, signal });
    expect(replaySchema.parse(JSON.parse(JSON.stringify(told)))).toEqual(told);
    return { told, asked };
  });
}

describe('a trial that is run on', () => {
  test('keeps all before the change without a call, and the tools are not asked again', { tags: ['slow'] }, async () => {
    await using store = disposable(openTrialStore(':memory:'));
    const config = projectOf(clerk());
    await evaluated(config, store);
    ran.length = 0;
    const { told, asked } = await replayed(config, store, 'amount', { result: 'The amount is 31.', isError: false });
    expect([asked, ran]).toEqual([1, []]);
    expect(told).toMatchObject({
      changed: { tool: 'amount', was: { result: 'The amount is 20.' }, is: { result: 'The amount is 31.' }, same: false },
      kept: { modelCalls: 1, toolCalls: 2 },
      original: { outcome: 'decided', decision: { approved: true }, pass: true },
      replays: [{ outcome: 'decided', decision: { approved: false }, pass: false, calls: [], reused: false }],
    });
    expect(told.replays[0]?.differs).toContain('approved');
  });

  test('goes on by itself after a tool that failed: model and tools answer', { tags: ['slow'] }, async () => {
    await using store = disposable(openTrialStore(':memory:'));
    const config = projectOf(clerk());
    await evaluated(config, store);
    ran.length = 0;
    const { told, asked } = await replayed(config, store, 'amount', faultyAnswer('amount', 'timeout'), { trials: 3 });
    expect([asked, ran]).toEqual([6, ['amount', 'amount', 'amount']]);
    expect(told.replays.map(({ calls, decision: { approved } = {} }) => [calls[0]?.result, approved])).toEqual(
      Array.from({ length: 3 }, () => ['The amount is 20.', true]),
    );
    const again = await replayed(config, store, 'amount', faultyAnswer('amount', 'timeout'), { trials: 3 });
    expect([again.asked, again.told.replays.every(({ reused }) => reused)]).toEqual([0, true]);
  });

  test('ends as it did where nothing is changed, luck included', { tags: ['slow'] }, async () => {
    await using store = disposable(openTrialStore(':memory:'));
    const config = projectOf(clerk());
    await evaluated(config, store);
    const { told } = await replayed(config, store, 'limit', { result: 'The limit is 30.', isError: false });
    expect(told.changed.same).toBe(true);
    expect(told.replays[0]?.decision).toEqual(told.original.decision);
  });

  test('with each tool failing in each way: who calls it again guesses nothing, who decides on nothing does', {
    tags: ['slow'],
  }, async () => {
    await using store = disposable(openTrialStore(':memory:'));
    const config = projectOf(clerk());
    await evaluated(config, store);
    const found = await findTrial(config, store, parseTrialName('small'), {});
    const faults = await withSession(config, store, (session) => replayEachFault(session, found, { call: 1 }, { trials: 1, signal }));
    // The clerk asks for the amount again where something failed, and for the limit never; that nothing was said it does not notice.
    expect(faults.map(({ tool, fault, told }) => [tool, fault, told.replays[0]?.guessedAround.length])).toEqual([
      ['amount', 'error', 0],
      ['amount', 'timeout', 0],
      ['amount', 'empty', 1],
      ['limit', 'error', 1],
      ['limit', 'timeout', 1],
      ['limit', 'empty', 1],
    ]);
    expect(() => failingTools(found, { tool: 'amount', call: 2 })).toThrow('there is no call 2 of it');
  });

  test('is never a trial of the version', { tags: ['slow'] }, async () => {
    await using store = disposable(openTrialStore(':memory:'));
    const config = projectOf(clerk());
    const fingerprint = await evaluated(config, store);
    await replayed(config, store, 'amount', faultyAnswer('amount', 'empty'), { trials: 4 });
    const [loaded] = loadCases(config.cases, config.agent);
    const keys = await store.keysOf([loaded?.fingerprint ?? ''], 9);
    expect(keys).toHaveLength(5);
    expect(keys.filter(({ versionFingerprint }) => versionFingerprint === fingerprint)).toHaveLength(1);
    expect(await newestTrials(config, store)).toEqual([
      { trial: 'v1/small/1', series: 'eval', mode: 'simulated', calls: ['amount', 'limit'] },
    ]);
    await expect(findTrial(config, store, parseTrialName('v1/small/4'), {})).rejects.toThrow(
      'There is no stored trial 4 of v1 on "small". Of that version there: 1, in the series eval.',
    );
  });

  test('of another fingerprint is named by it, and that is told', { tags: ['slow'] }, async () => {
    await using store = disposable(openTrialStore(':memory:'));
    const before = await evaluated(projectOf(clerk()), store);
    const config = projectOf(clerk('Look one up. Then decide.'));
    const answer = { result: 'The amount is 3.', isError: false };
    await expect(replayed(config, store, 'amount', answer)).rejects.toThrow(
      `trials of other fingerprints: ${before.slice(0, 12)} (no version as it is now, 1 trial). Name one of those to run it on with v1: ${before.slice(0, 12)}/small/1.`,
    );
    const { told } = await replayed(config, store, 'amount', answer, { name: `${before.slice(0, 12)}/small/1`, version: 'v1' });
    expect(told.otherState).toBe(true);
  });
});

describe('what cannot be replayed', () => {
  const transcript = {
    userMessage: 'Decide.',
    steps: [
      {
        kind: 'model-call' as const,
        model: 'm',
        stopReason: 'tool_use',
        content: [
          { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
          { type: 'tool_use', id: 'a', name: 'amount', input: {} },
        ],
        usage: { inputTokens: 1, outputTokens: 1, cacheWriteTokens: 0, cacheReadTokens: 0 },
        durationMs: 1,
      },
      { kind: 'tool-call' as const, id: 'a', tool: 'amount', input: {}, result: '20', isError: false, durationMs: 1 },
    ],
  };
  const answer = { result: '', isError: false };

  test.each([
    ['amont', 1, 'amont was not called in v1/small/1. Did you mean "amount"? Called were: amount (1 call).'],
    ['amount', 2, 'amount was called once in v1/small/1, so there is no call 2 of it.'],
    ['web_search', 1, 'web_search is a tool that the provider runs itself'],
  ])('call of %s, %d', (tool, call, message) => {
    expect(() => keepUpTo(transcript, 'v1/small/1', { tool, call, answer })).toThrow(message);
  });

  test('a transcript out of which something was taken', () => {
    const [first, second] = transcript.steps as [(typeof transcript.steps)[0], (typeof transcript.steps)[1]];
    const cut = { ...transcript, steps: [{ ...first, content: [{ type: 'text', text: '[redacted]' }] }, second] } as typeof transcript;
    expect(() => keepUpTo(cut, 'v1/small/1', { tool: 'amount', call: 1, answer })).toThrow('is not whole: amount has a result');
    expect(() => keepUpTo({ ...transcript, steps: [first] }, 'v1/small/1', { tool: 'amount', call: 1, answer })).toThrow(
      'No tool was called in v1/small/1',
    );
  });

  test.each([
    ['0af7651916cd43dd8448eb211c80319c', 'is the id of a trace'],
    ['v1/small/zero', 'names no trial'],
    ['v1/small/0', 'names no trial'],
    ['../x', 'names no trial'],
  ])('%s', (name, message) => {
    expect(() => parseTrialName(name)).toThrow(message);
  });

  test('a case that nobody has, a version that nobody has, a series without it', { tags: ['slow'] }, async () => {
    await using store = disposable(openTrialStore(':memory:'));
    const config = projectOf(clerk());
    const find = (name: string, series?: string) => findTrial(config, store, parseTrialName(name), series === undefined ? {} : { series });
    await expect(find('v1/smal/1')).rejects.toThrow('There is no case "smal". Did you mean "small"?');
    await expect(find('v7/small/1')).rejects.toThrow('has no version "v7"');
    await expect(find('small')).rejects.toThrow('nor any other of that case as it is now. Run some: docket eval --case small.');
    await evaluated(config, store);
    await expect(find('small/1', 'nightly')).rejects.toThrow('in the series "nightly". Of that version there: 1, in the series eval.');
    expect((await find('small')).name).toBe('v1/small/1');
  });

  test('an agent that answers by itself', async () => {
    await using store = disposable(openTrialStore(':memory:'));
    const config = projectOf(clerk());
    await evaluated(config, store);
    const found = await findTrial(config, store, parseTrialName('small'), {});
    const own = functionAgent({
      name: 'own',
      input: z.strictObject({ amount: z.int() }),
      decision: z.strictObject({ approved: z.boolean() }),
      source: import.meta.url,
      versions: { v1: {} },
      scorers: [],
      run: () => ({ approved: true }),
    } as never);
    await withSession(config, store, async (session) => {
      await expect(
        replay({ ...session, agent: own }, found, { changed: { tool: 'amount', call: 1, answer }, trials: 1, signal }),
      ).rejects.toThrow('"own" answers by itself (function): it calls its tools in its own code');
    });
  });
});

function disposable(store: TrialStore): TrialStore & AsyncDisposable {
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() });
}

import { describe, expect, it } from 'vitest';
import type { Usage } from '../contracts/transcript.ts';
import { cacheMisses } from './detectors/cache-misses.ts';
import type { ObservedRun, ObservedTurn } from './observed-run.ts';
import { RunDistribution } from './run-distribution.ts';
import { AgentReading } from './run-reading.ts';

const of = new AgentReading({
  name: 'desk',
  version: 'v1',
  prompt: { name: 'v1', text: 'Decide.' },
  tools: [],
  fields: [{ name: 'approved', type: 'boolean', description: '' }],
  approvalField: 'approved',
  isHarm: () => false,
  policy: () => undefined,
  hasPolicy: false,
  explain: () => '',
});
const run = (more: Partial<ObservedRun>): ObservedRun => ({
  id: 'a',
  kind: 'trace',
  startedAt: 0,
  version: 'v1',
  input: {},
  userMessage: '',
  decision: { approved: true },
  calls: [],
  modelCalls: 1,
  models: ['m'],
  usage: null,
  durationMs: 100,
  dollars: 0.01,
  failed: false,
  ended: 'decided',
  simulated: false,
  findings: [],
  ...more,
});
const told = { id: 'drift/against-v1', these: 'v2', others: 'v1', because: '-' };
function distribution(runs: readonly Partial<ObservedRun>[]): RunDistribution {
  const all = new RunDistribution();
  for (const [at, each] of runs.entries()) all.see(of.of(run({ id: `run ${at}`, ...each })));
  return all;
}
const many = (count: number, more: (at: number) => Partial<ObservedRun>) => Array.from({ length: count }, (_, at) => more(at));

describe('two distributions', () => {
  it('differ in a decision by an exact test, and in nothing where they are alike', () => {
    const yes = distribution(many(40, (at) => ({ decision: { approved: at % 4 !== 0 } })));
    const no = distribution(many(40, (at) => ({ decision: { approved: at % 4 === 0 } })));
    const [found, ...others] = no.against(yes, told);
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      id: 'drift/against-v1/choice/false',
      what: 'v2 decides false in 75 % of its runs, v1 in 25 %',
      seen: { runs: 30, of: 40 },
      // Fisher's test of 10 of 40 against 30 of 40, two-sided, summed by hand: 1.4875e-05.
      statistics: expect.stringMatching(/^exact test, p = 0\.000015;/),
    });
    expect(yes.against(distribution(many(40, (at) => ({ decision: { approved: at % 4 !== 0 } }))), told)).toEqual([]);
  });

  it('differ in courses, cost and time too', () => {
    const call = (tool: string) => ({ tool, input: {}, result: '', isError: false, turn: 1 });
    const one = distribution(many(30, (at) => ({ calls: [call('dti')], dollars: 0.01 + at / 1e6, durationMs: 100 + at })));
    const other = distribution(many(30, (at) => ({ calls: [call('dti'), call('tier')], dollars: 0.02 + at / 1e6, durationMs: 200 + at })));
    expect(other.against(one, told).map(({ id }) => id)).toEqual([
      expect.stringMatching(/^drift\/against-v1\/course\/dti/),
      'drift/against-v1/dollars',
      'drift/against-v1/time',
    ]);
  });

  it('of trials differ by what changes within cases: a difference of the cases themselves is none', () => {
    const trials = (cases: readonly string[], approves: (name: string, number: number) => boolean) =>
      distribution(
        cases.flatMap((name) =>
          many(6, (number) => ({
            kind: 'trial',
            caseId: name,
            decision: { approved: approves(name, number) },
            dollars: undefined,
            durationMs: null,
          })),
        ),
      );
    const [easy, hard] = [many(8, (at) => ({ id: `easy-${at}` })), many(8, (at) => ({ id: `hard-${at}` }))].map((some) =>
      some.map(({ id = '' }) => id),
    ) as [string[], string[]];
    const byCase = (name: string) => name.startsWith('easy');
    // One side ran twice as many easy cases; on those that both ran they are alike.
    expect(trials([...easy, ...hard], byCase).against(trials([...easy, ...hard.slice(0, 2)], byCase), told)).toEqual([]);
    const [found] = trials([...easy, ...hard], () => true).against(trials([...easy, ...hard], byCase), told);
    expect(found).toMatchObject({
      what: 'v2 decides true in 100 % of its runs, v1 in 50 %',
      statistics: expect.stringContaining('exchange test within cases, p = 0.00010; 1 look,'),
    });
    // All of 96 runs on 16 cases: the bounds go by cases, 0.025 ^ (1/16) = exp(-3.688879 / 16) = 0.794093.
    expect(found?.seen.share).toEqual({ value: 1, low: expect.closeTo(0.794093, 5), high: 1 });
  });

  it('says nothing of fewer than twenty runs, and little of many looks', () => {
    const one = distribution(many(19, () => ({ decision: { approved: true } })));
    const other = distribution(many(60, () => ({ decision: { approved: false } })));
    expect(other.against(one, told)).toEqual([]);
    // 9 of 40 against 17 of 40: p = 0.09 by itself.
    const some = (yes: number) => distribution(many(40, (at) => ({ decision: { approved: at < yes } })));
    expect(some(17).against(some(9), told)).toEqual([]);
  });
});

describe('cache misses', () => {
  const usage = (inputTokens: number, cacheReadTokens = 0, cacheWriteTokens = 0): Usage => ({
    inputTokens,
    outputTokens: 10,
    cacheReadTokens,
    cacheWriteTokens,
  });
  const turn = (each: Usage, more: Partial<ObservedTurn> = {}): ObservedTurn => ({ model: 'm', usage: each, sinceMs: 1_000, ...more });
  const found = (runs: readonly Partial<ObservedRun>[]) => {
    const watch = cacheMisses.open(of);
    for (const each of runs) watch.see(of.of(run(each)));
    return watch.problems();
  };
  const writes = turn(usage(10, 0, 6_000));
  const missing = { turns: [writes, turn(usage(7_000))] };

  it('are tokens that were sent again soon enough, and of which nothing was read', () => {
    const [problem] = found(many(5, () => missing));
    expect(problem).toMatchObject({ id: 'cache-misses', kind: 'inefficiency', seen: { runs: 5, of: 5 } });
    // Five times what the first call sent: 10 + 6,000.
    expect(problem?.because).toContain('30,050 input tokens');
    // Live trials tell of the cache also where nobody uses it.
    expect(found(many(5, () => ({ kind: 'trial', turns: [turn(usage(6_000)), turn(usage(7_000))] })))).toHaveLength(1);
  });

  it.each([
    ['was read', [writes, turn(usage(100, 6_000))]],
    ['was sent too late', [writes, turn(usage(7_000), { sinceMs: 301_000 })]],
    ['went to another model', [writes, turn(usage(7_000), { model: 'n' })]],
    ['is too short for a cache', [turn(usage(10, 0, 900)), turn(usage(1_000))]],
    ['is less than before', [writes, turn(usage(500))]],
    ['says nothing of a cache', [turn(usage(6_000)), turn(usage(7_000))]],
    ['is one call', [writes]],
    ['was not told', []],
  ])('are none where what was sent %s', (_, turns) => {
    expect(found(many(5, () => ({ turns })))).toEqual([]);
  });

  it('are none of a simulated model, nor now and then', () => {
    expect(found(many(5, () => ({ ...missing, simulated: true })))).toEqual([]);
    expect(found([...many(2, () => missing), ...many(5, () => ({ turns: [writes, turn(usage(100, 6_000))] }))])).toEqual([]);
    expect(found([...many(3, () => missing), ...many(97, () => ({ turns: [writes, turn(usage(100, 6_000))] }))])).toEqual([]);
  });
});

import { describe, expect, it, onTestFinished } from 'vitest';
import { evaluationSchema } from '../../contracts/evaluation.ts';
import type { Model, ModelAnswer } from '../../model/model.ts';
import { simulatedModel } from '../../model/simulated.ts';
import type { Simulator } from '../../model/simulator.ts';
import { type ServeModelOptions, serveModel } from '../../model/stand-in/serve-model.ts';
import { unannounced } from '../../model/testing/loopback.ts';
import { type FixtureOptions, fixtureProject } from '../testing/fixture-project.ts';
import { parcelDesk } from '../testing/parcel-desk.ts';
import { runHere } from '../testing/run-here.ts';

const clerk = simulatedModel(parcelDesk.simulator as Simulator);

/** The parcel desk's clerk, whose every answer says of its price what it is told to say. */
function priced(told: (call: number, answer: ModelAnswer) => { readonly model?: string; readonly usage?: object }): Model {
  let calls = 0;
  return unannounced({
    ...clerk,
    async create(request, context) {
      calls += 1;
      const answer = await clerk.create(request, context);
      const { model = answer.model, usage } = told(calls, answer);
      const counted = { input_tokens: 1_000_000, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
      return { ...answer, model, usage: { ...counted, ...usage } as ModelAnswer['usage'] };
    },
  });
}

/** One trial of one case, which takes two calls, as the evaluation tells it. */
async function evaluated(
  model: Model,
  { version = 'v2', prices, ...serving }: ServeModelOptions & { version?: string; prices?: FixtureOptions['prices'] } = {},
) {
  const project = fixtureProject({ trials: 1, ...(prices ? { prices } : {}) });
  const server = await serveModel(model, serving);
  onTestFinished(async () => {
    await server.close();
    project[Symbol.dispose]();
  });
  const environment = { ANTHROPIC_API_KEY: 'sk-ant-test-0123456789abcdef', ANTHROPIC_BASE_URL: server.url };
  const ended = await runHere(['eval', '1', '--versions', version, '--budget', '100', '--json'], {
    directory: project.directory,
    environment,
  });
  const evaluation = ended.code === 2 ? undefined : evaluationSchema.parse(JSON.parse(ended.stdout));
  return { ...ended, evaluation, dollars: evaluation?.versions[0]?.totals.dollars };
}

describe('what a run cost', () => {
  it.each([
    ['two calls of a million tokens', () => ({}), 6],
    [
      'the cache for an hour',
      () => ({
        usage: {
          input_tokens: 0,
          cache_creation_input_tokens: 1e6,
          cache_creation: { ephemeral_1h_input_tokens: 1e6, ephemeral_5m_input_tokens: 0 },
        },
      }),
      12,
    ],
    ['the cache for five minutes', () => ({ usage: { input_tokens: 0, cache_creation_input_tokens: 1e6 } }), 7.5],
    ['another model than was asked', () => ({ model: 'claude-haiku-4-5' }), 2],
    ['a batch', () => ({ usage: { service_tier: 'batch' } }), 3],
    ['one call by a fallback that was chosen before', (call: number) => (call === 1 ? {} : { model: 'claude-opus-4-8' }), 8],
  ])('%s', async (_, told, dollars) => {
    const { evaluation, ...run } = await evaluated(priced(told));
    expect([run.code, run.dollars, evaluation?.spentDollars]).toEqual([0, dollars, dollars]);
  });

  it('counts a try that was paid and run again, and says where the prices are from', { tags: ['slow'] }, async () => {
    // The second call fails three times, and the trial begins anew.
    const { evaluation, dollars } = await evaluated(
      priced(() => ({})),
      { fault: (number) => (number >= 2 && number <= 4 ? { kind: 'status', status: 500 } : undefined) },
    );
    expect([dollars, evaluation?.spentDollars]).toEqual([9, 9]);
    expect(evaluation?.priceSources).toEqual(["Anthropic's price list of November 2026"]);
  });

  it('says no sum where nobody can know it, but what is known', async () => {
    const told = (call: number) => ({
      usage: call === 1 ? {} : { iterations: [{ type: 'message', model: 'claude-opus-5-5', input_tokens: 1e6, output_tokens: 0 }] },
    });
    const { evaluation, dollars } = await evaluated(priced(told));
    expect([dollars, evaluation?.spentDollars, evaluation?.spentAtLeastDollars]).toEqual([undefined, undefined, 3]);
  });

  it('goes by the prices of the project, also for the budget', async () => {
    const unknown = await evaluated(
      priced(() => ({})),
      { version: 'v2@house-large' },
    );
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain(
      'A budget cannot be enforced: the price of house-large is not known; give it as prices in docket.config.ts.',
    );
    const known = await evaluated(
      priced(() => ({})),
      { version: 'v2@house-large', prices: { 'house-large': { input: 0.5, output: 2 } } },
    );
    expect([known.code, known.dollars, known.evaluation?.priceSources]).toEqual([0, 1, ['docket.config.ts']]);
  });
});

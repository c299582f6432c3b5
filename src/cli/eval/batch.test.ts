import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { evaluationSchema } from '../../contracts/evaluation.ts';
import { simulatedModel } from '../../model/simulated.ts';
import type { Simulator } from '../../model/simulator.ts';
import { ApiError } from '../../model/stand-in/api-error.ts';
import { serveModel } from '../../model/stand-in/serve-model.ts';
import type { ServedBatchesOptions } from '../../model/stand-in/served-batches.ts';
import { unannounced } from '../../model/testing/loopback.ts';
import { fixtureProject } from '../testing/fixture-project.ts';
import { parcelDesk } from '../testing/parcel-desk.ts';
import { runHere } from '../testing/run-here.ts';

const clerk = unannounced(simulatedModel(parcelDesk.simulator as Simulator));
const key = 'sk-ant-test-0123456789abcdef';

/** A project of two cases, and a server with batches. */
async function served(batches: ServedBatchesOptions = {}) {
  const project = fixtureProject({ trials: 2 });
  const sizes: number[] = [];
  let calls = 0;
  const server = await serveModel(clerk, {
    batches: { lookMs: 1, ...batches },
    onRequest({ method, path, body }) {
      if (method === 'POST' && path === '/v1/messages') calls += 1;
      if (method === 'POST' && path.endsWith('/batches')) sizes.push((JSON.parse(body) as { requests: object[] }).requests.length);
    },
  });
  onTestFinished(async () => {
    await server.close();
    project[Symbol.dispose]();
  });
  const environment = { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: server.url };
  const run = (...words: string[]) => runHere(words, { directory: project.directory, environment });
  return { ...project, run, sizes, calls: () => calls };
}
const eachV2 = ['eval', '--versions', 'v2', '--json'];

describe('docket eval --batch', () => {
  it('runs all trials in rounds, says half the price before and after, and leaves the key nowhere', { tags: ['slow'] }, async () => {
    const { run, sizes, calls, directory } = await served();
    const single = evaluationSchema.parse(JSON.parse((await run(...eachV2)).stdout));
    const called = calls();
    const batched = await run(...eachV2, '--fresh', '--batch');
    const evaluation = evaluationSchema.parse(JSON.parse(batched.stdout));
    expect(evaluation.trials).toEqual(single.trials);
    expect(evaluation.mode).toBe('live');
    // The desk's answers are as long each time but for their wording.
    expect((evaluation.spentDollars ?? 0) / (single.spentDollars ?? 0)).toBeCloseTo(0.5, 1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(called);
    expect(sizes).toHaveLength(2);
    expect(calls()).toBe(called);
    expect(batched.stderr).toMatch(/live model: 4 trials to pay for .*, about \$0\.\d+ in batches, at half price \(Anthropic's price list/);
    expect(batched.stderr).toMatch(/batch msgbatch_\w+: 4 requests sent\. If this run is interrupted, the same command goes on with it\./);
    expect(batched.stderr).toMatch(/batch msgbatch_\w+ has ended after .*: 4 answered\./);
    expect([batched.code, readFileSync(join(directory, '.docket/docket.db'), 'latin1').includes(key)]).toEqual([0, false]);
    // What is stored is asked of nobody, in batches or not.
    expect((await run(...eachV2, '--batch')).code).toBe(0);
    expect(sizes).toHaveLength(2);
  });

  it('ends trials whose requests are refused, keeps the others, and prints the command that goes on', { tags: ['slow'] }, async () => {
    const { run } = await served({
      item: (_batch, index) => (index === 0 ? { error: new ApiError(400, 'prompt is too long') } : undefined),
    });
    const { code, stdout, stderr } = await run('eval', '--versions', 'v2', '--batch');
    expect(code).toBe(3);
    expect(stderr).toMatch(/the cost in batches, at half price, is not known in advance because no live trial is stored here yet/);
    expect(stdout).toMatch(/too long/);
    expect(stdout).toMatch(/eval --versions v2 --batch/);
  });

  it.each([
    ['simulated', ['--mode', 'simulated'], /--batch is for live calls, and a simulated model answers here/],
    ['recorded', ['--mode', 'recorded'], /--batch is for live calls, and a recorded model answers here/],
  ])('is refused where nobody is paid: %s', async (_name, words, message) => {
    const { run, sizes } = await served();
    const { code, stderr } = await run('eval', '--batch', ...words);
    expect([code, sizes]).toEqual([2, []]);
    expect(stderr).toMatch(message);
  });
});

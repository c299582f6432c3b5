import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { evaluationSchema } from '../../contracts/evaluation.ts';
import type { Model } from '../../model/model.ts';
import { simulatedModel } from '../../model/simulated.ts';
import type { Simulator } from '../../model/simulator.ts';
import { type ReceivedRequest, type ServeModelOptions, serveModel } from '../../model/stand-in/serve-model.ts';
import { unannounced } from '../../model/testing/loopback.ts';
import { type FixtureOptions, fixtureProject } from '../testing/fixture-project.ts';
import { parcelDesk } from '../testing/parcel-desk.ts';
import { runDocket } from '../testing/run-docket.ts';
import { runHere } from '../testing/run-here.ts';
import type { Ended } from '../testing/run-process.ts';

/** A key that is none, in the form of one. */
const key = `sk-ant-api03-${'k3yOfNobody'.repeat(4)}`;
const clerk = unannounced(simulatedModel(parcelDesk.simulator as Simulator));

/** A project, and a server with the parcel desk's stand-in for the real SDK to talk to. */
async function served(options: FixtureOptions = {}, { model = clerk, ...serving }: ServeModelOptions & { model?: Model } = {}) {
  const project = fixtureProject(options);
  const requests: ReceivedRequest[] = [];
  const server = await serveModel(model, { onRequest: (request) => requests.push(request), ...serving });
  onTestFinished(async () => {
    await server.close();
    project[Symbol.dispose]();
  });
  return { ...project, requests, environment: { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: server.url } };
}

/** Everything that was written to the project, as text. */
function filesOf(directory: string): string {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, 'latin1'))
    .join('\n');
}

function decisionsOf({ stdout }: Ended) {
  const { versions, ...rest } = evaluationSchema.parse(JSON.parse(stdout));
  return { ...rest, decisions: versions.flatMap(({ cases }) => cases.map(({ trials }) => trials.map(({ decision }) => decision))) };
}

describe('docket eval against a server', () => {
  it('records, replays without a request, and leaves the key nowhere', async () => {
    const { directory, environment, requests } = await served({ trials: 2 });
    const live = await runDocket(['eval', '--record', '--json'], { directory, environment });
    const recorded = decisionsOf(live);
    expect(recorded).toMatchObject({ mode: 'live', trials: { run: 8, reused: 0, failed: 0 } });
    // Both cases begin with the same request, which a recording asks once for each trial: 2 versions x 2 trials x (1 + 2).
    expect(requests.length).toBe(12);
    expect(requests[0]?.headers.authorization).toBe(`Bearer ${key}`);

    const replay = await runHere(['eval', '--mode', 'recorded', '--json'], { directory });
    expect(decisionsOf(replay)).toMatchObject({ mode: 'recorded', trials: { run: 8, reused: 0 }, decisions: recorded.decisions });
    expect(requests.length).toBe(12);
    expect([live.code, replay.code]).toEqual([0, 0]);

    const written = filesOf(directory);
    expect(written).toContain('"seal"');
    for (const text of [written, live.stdout, live.stderr, replay.stdout, replay.stderr]) expect(text).not.toContain('k3yOfNobody');
  });

  it('stops at the budget, says what is left undone, and goes on with the command it prints', async () => {
    const { directory, environment, requests } = await served({ trials: 30, concurrency: 2 });
    const stopped = await runHere(['eval', '--versions', 'v2', '--fresh', '--budget', '0.02'], { directory, environment });
    expect(stopped.code).toBe(3);
    expect(stopped.stdout).toMatch(/The run ended early: The budget of \$0\.0200 is spent: \d+ model calls cost \$0\.0\d+/);
    const [, undone = '', resume = ''] = /(\d+) trials not run.* continue with:\n +docket (.*)\n/.exec(stopped.stdout) ?? [];
    const before = requests.length;
    const resumed = decisionsOf(await runHere([...resume.replace(/ --budget \S+/, '').split(' '), '--json'], { directory, environment }));
    expect(resumed.trials).toEqual({ run: Number(undone), reused: 60 - Number(undone), failed: 0 });
    // What was stored is not paid for again.
    expect(requests.length - before).toBe(2 * Number(undone));
  });

  it('ends at once when the key is not accepted', async () => {
    const { directory, environment, requests } = await served({ trials: 50, concurrency: 4 }, { apiKey: 'another-key' });
    const { code, stdout, stderr } = await runHere(['eval', '--versions', 'v2'], { directory, environment });
    expect(code).toBe(3);
    expect(stdout).toContain('The run ended early: The model server does not accept the key. Check ANTHROPIC_API_KEY');
    expect(requests.length).toBeLessThanOrEqual(4);
    // All of them in one paragraph, though each request has an id of its own.
    expect(stdout.match(/infra error \(authentication\)/g)).toHaveLength(1);
    expect(stdout).toContain('100 trials not run');
    expect(stdout + stderr + filesOf(directory)).not.toContain('k3yOfNobody');
  });

  it('says first that calls are paid for, and last what this run alone has cost', async () => {
    // The last call of four fails for good: the second trial ends half-way, and its first call was paid for.
    const { directory, environment } = await served(
      { trials: 2, concurrency: 1 },
      { fault: (number) => (number === 4 ? { kind: 'status', status: 400 } : undefined) },
    );
    const first = await runHere(['eval', '1', '--versions', 'v2', '--budget', '5'], { directory, environment });
    expect(first.stderr).toContain(
      'live model: 2 trials to pay for (16 requests at most); the cost is not known in advance because no live trial is stored here yet; it stops before spending much more than $5.00.',
    );
    expect(first.code).toBe(3);
    expect(first.stdout).toMatch(/1 trial not run.* continue with:\n +docket eval 1 --versions v2 --budget 5\n/);
    const file = join(directory, 'reports/evaluation.json');
    const half = evaluationSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const [stored] = half.versions[0]?.cases[0]?.trials ?? [];
    const [failed] = half.versions[0]?.cases[0]?.infraErrors ?? [];
    expect(failed?.dollars).toBeGreaterThan(0);
    expect(half.spentDollars).toBeCloseTo((stored?.dollars ?? 0) + (failed?.dollars ?? 0), 10);

    const second = await runHere(['eval', '1', '--versions', 'v2'], { directory, environment });
    expect(second.stderr).toMatch(
      /live model: 1 trial to pay for \(8 requests at most\), about \$0\.\d+ \(Anthropic's price list of November 2026\) based on 1 stored live trial; --budget <dollars> sets a limit\./,
    );
    const whole = evaluationSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    expect(whole.spentDollars).toBeCloseTo(whole.versions[0]?.cases[0]?.trials.find(({ reused }) => !reused)?.dollars ?? 0, 10);
    expect(second.stdout).toMatch(/1 run, 1 reused · \$0\.\d+ spent/);
    const third = await runHere(['eval', '1', '--versions', 'v2'], { directory, environment });
    expect(third.stderr).toContain('live model: nothing to pay for: all trials are stored; --budget');
  });

  it.each([
    [
      'a refusal',
      { content: [], stop_reason: 'refusal', stop_details: { type: 'refusal', category: 'cyber', explanation: null } },
      'refused',
    ],
    ['max_tokens', { content: [{ type: 'text', text: '{"appr' }], stop_reason: 'max_tokens' }, 'truncated'],
    ['pause_turn for ever', { content: [{ type: 'text', text: 'hm' }], stop_reason: 'pause_turn' }, 'no-decision'],
    ['an answer without content', { content: [], stop_reason: 'end_turn' }, 'no-decision'],
    ['prose', { content: [{ type: 'text', text: 'I would take it.' }], stop_reason: 'end_turn' }, 'invalid'],
  ])('counts %s as what the agent did', async (_name, changes, outcome) => {
    const change = (answer: Record<string, unknown>) => ({ ...answer, ...changes });
    const { directory, environment } = await served({ trials: 1 }, { fault: () => ({ kind: 'answer', change }) });
    const { code, stdout } = await runHere(['eval', '1', '--versions', 'v2', '--json'], { directory, environment });
    expect(evaluationSchema.parse(JSON.parse(stdout)).versions[0]?.cases[0]?.trials).toMatchObject([{ pass: false, outcome }]);
    expect(code).toBe(1);
  });

  it('waits for its turn without using up its deadline', { tags: ['slow'] }, async () => {
    // 2 cases x 5 trials x 2 calls at ten a second take two seconds: more than a trial may take, and far more than it needs.
    const { directory, environment } = await served(
      { trials: 5, concurrency: 10, deadlineMs: 1500 },
      { bucket: { perSecond: 10, capacity: 1, headers: true } },
    );
    const { trials } = decisionsOf(await runHere(['eval', '--versions', 'v2', '--json'], { directory, environment }));
    expect(trials).toEqual({ run: 10, reused: 0, failed: 0 });
  });

  it('says that stored trials are not recorded', async () => {
    const { directory, environment } = await served({ trials: 1 });
    await runHere(['eval', '--versions', 'v2'], { directory, environment });
    const { stderr } = await runHere(['eval', '--versions', 'v2', '--record'], { directory, environment });
    expect(stderr).toContain('--record wrote nothing for 2 trials that were already stored.');
  });

  it('shows what the prompt cache saved', async () => {
    const caching: Model = {
      mode: 'simulated',
      async create(request, context) {
        const answer = await clerk.create(request, context);
        // The first request of a conversation fills the cache, later ones read it.
        const cached = request.messages.length > 1 ? { cache_read_input_tokens: 9000 } : { cache_creation_input_tokens: 1000 };
        return { ...answer, usage: { ...answer.usage, ...cached, input_tokens: 100 } };
      },
    };
    const { directory, environment } = await served({ trials: 1 }, { model: caching });
    const { stdout } = await runHere(['eval', '1', '--versions', 'v2'], { directory, environment });
    // 9,000 x (3 - 0.30) - 1,000 x (3.75 - 3) dollars per million.
    expect(stdout).toMatch(/prompt cache +9,000 tokens read, saved \$0\.0236/);
    expect((await runHere(['eval', '1', '--mode', 'simulated'], { directory })).stdout).not.toContain('prompt cache');
  });

  it('compares a version with itself on another model', async () => {
    const { directory, environment, requests } = await served({ trials: 1 });
    const { code, stdout } = await runHere(['compare', 'v2', 'v2@claude-haiku-5-5'], { directory, environment });
    expect(stdout).toContain('v2 → v2@claude-haiku-5-5 · 2 cases · live model');
    expect(new Set(requests.map(({ body }) => JSON.parse(body).model))).toEqual(new Set(['claude-sonnet-4-6', 'claude-haiku-5-5']));
    expect(code).toBe(0);
  });

  it('asks any model by name, and ends soon when the server does not know it', { tags: ['slow'] }, async () => {
    const { directory, environment, requests } = await served({ trials: 20 }, { fault: () => ({ kind: 'status', status: 404 }) });
    const { code, stderr } = await runHere(['compare', 'v2@nonsense', 'v2', '-j', '2'], { directory, environment });
    expect(stderr).toMatch(
      /Incomplete: The model server at .* does not know the model "nonsense".* Check the model id .* in a row ended like this/,
    );
    expect(code).toBe(3);
    expect(requests.length).toBeLessThan(30);
  });

  it('ends calls in flight at Ctrl-C', async () => {
    const slow = simulatedModel(parcelDesk.simulator as Simulator, { latencyMs: 60_000 });
    let running: (() => void) | undefined;
    const { directory, environment } = await served({ trials: 5 }, { model: slow, onRequest: () => running?.() });
    const ended = await runDocket(['eval', '--versions', 'v2'], {
      directory,
      environment,
      onStart: (child) => {
        // Once: a second Ctrl-C ends the process at once.
        running = () => {
          running = undefined;
          child.kill('SIGINT');
        };
      },
    });
    expect(ended.stderr).toContain('Interrupted: 0 of 10 trials are stored');
    expect(ended.code).toBe(130);
  });
});

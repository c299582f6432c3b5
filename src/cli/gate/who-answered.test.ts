import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Evaluation, evaluationSchema } from '../../contracts/evaluation.ts';
import { verdictSchema } from '../../contracts/verdict.ts';
import { simulatedModel } from '../../model/simulated.ts';
import type { Simulator } from '../../model/simulator.ts';
import { serveModel } from '../../model/stand-in/serve-model.ts';
import { unannounced } from '../../model/testing/loopback.ts';
import { fixtureProject } from '../testing/fixture-project.ts';
import { type GateProject, gateProject, soundPrompt } from '../testing/gate-project.ts';
import { parcelDesk } from '../testing/parcel-desk.ts';
import { runHere } from '../testing/run-here.ts';

const key = `sk-ant-api03-${'k3yOfNobody'.repeat(4)}`;
const asked = 'claude-sonnet-4-6';

/** A server of somebody else that answers under the names it is told, one after the other, and on with the last. */
async function serverOf(simulator: Simulator, ...names: readonly string[]) {
  let now = names;
  let requests = 0;
  const server = await serveModel(unannounced(simulatedModel(simulator)), {
    onRequest: () => {
      requests += 1;
    },
    fault: () => ({
      kind: 'answer',
      change: (answer) => {
        const [model] = now;
        if (now.length > 1) now = now.slice(1);
        return model === undefined ? answer : { ...answer, model };
      },
    }),
  });
  return {
    url: server.url,
    environment: { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: server.url },
    answerAs(...next: string[]) {
      now = next;
    },
    get requests() {
      return requests;
    },
    close: () => server.close(),
  };
}

describe('docket eval', () => {
  async function project(...names: readonly string[]) {
    const server = await serverOf(parcelDesk.simulator as Simulator, ...names);
    const { directory, ...fixture } = fixtureProject({ trials: 2, concurrency: 1 });
    onTestFinished(async () => {
      await server.close();
      fixture[Symbol.dispose]();
    });
    const evaluate = async (words: readonly string[] = [], environment: Readonly<Record<string, string>> = server.environment) => {
      const ended = await runHere(['eval', '--versions', 'v2', ...words], { directory, environment });
      const evaluation: Evaluation = evaluationSchema.parse(JSON.parse(readFileSync(join(directory, 'reports/evaluation.json'), 'utf8')));
      return { ...ended, evaluation, version: evaluation.versions[0] };
    };
    return { directory, server, evaluate };
  }

  it('names a server that is not the vendor’s, and nothing more when the model that was asked answered', async () => {
    const { evaluate, server } = await project();
    const { stdout, evaluation, version, code } = await evaluate();
    expect(stdout).toContain(`live model at ${server.url} · 4 run, 0 reused`);
    expect(evaluation).toMatchObject({ mode: 'live', endpoint: server.url });
    expect(version).not.toHaveProperty('answeredBy');
    expect(stdout).not.toContain('answered by');
    expect(code).toBe(0);
  });

  it('says a dated snapshot once, without alarm, and prices it', async () => {
    const { evaluate } = await project(`${asked}-20260901`);
    const { stdout, version } = await evaluate();
    expect(stdout).toMatch(/^ v2: answered by claude-sonnet-4-6-20260901$/m);
    expect(version?.answeredBy).toEqual([{ model: `${asked}-20260901`, trials: 4 }]);
    expect(version?.totals.dollars).toBeGreaterThan(0);
  });

  it('does not mix snapshots in silence: not within a run, and not with what was stored', async () => {
    const { evaluate, server } = await project(`${asked}-20260901`);
    await evaluate(['--trials', '1']);
    server.answerAs(`${asked}-20261120`);
    const { stdout, version } = await evaluate(['--trials', '2']);
    expect(stdout).toContain('! v2: mixed: answered by claude-sonnet-4-6-20260901 (2 trials), claude-sonnet-4-6-20261120 (2 trials)');
    expect(version?.cases.flatMap(({ trials }) => trials.map(({ answeredBy }) => answeredBy))).toEqual([
      [`${asked}-20260901`],
      [`${asked}-20261120`],
      [`${asked}-20260901`],
      [`${asked}-20261120`],
    ]);
  });

  it('names another model that answered, also when only for one turn, and prices by it or not at all', async () => {
    const { evaluate, server } = await project('claude-haiku-4-5');
    const cheap = await evaluate();
    expect(cheap.stdout).toContain(`! v2: requested ${asked}, answered by claude-haiku-4-5 (4 trials)`);
    server.answerAs(asked);
    const right = await evaluate(['--fresh']);
    // A third of the price for the same tokens.
    expect((right.version?.totals.dollars ?? 0) / (cheap.version?.totals.dollars ?? 1)).toBeCloseTo(3, 5);
    server.answerAs(asked, 'somebody-else');
    const unknown = await evaluate(['--fresh']);
    expect(unknown.stdout).toMatch(
      /! v2: requested claude-sonnet-4-6, answered by somebody-else \(4 trials\), claude-sonnet-4-6 \(1 trial\)/,
    );
    expect(unknown.version?.totals).not.toHaveProperty('dollars');
  });

  it('takes no trial of one server for another', async () => {
    const { evaluate } = await project();
    await evaluate();
    const other = await serverOf(parcelDesk.simulator as Simulator);
    onTestFinished(() => other.close());
    const { evaluation } = await evaluate([], other.environment);
    expect(evaluation.trials).toEqual({ run: 4, reused: 0, failed: 0 });
    expect(other.requests).toBe(8);
    expect((await evaluate([], { ...other.environment, ANTHROPIC_BASE_URL: `${other.url}/` })).evaluation.trials.reused).toBe(4);
  });

  it('believes a stand-in that says so, whoever asked it, then and when its trials are reused', async () => {
    const { evaluate } = await project();
    const standIn = await serveModel(simulatedModel(parcelDesk.simulator as Simulator));
    onTestFinished(() => standIn.close());
    for (const reused of [0, 4]) {
      const { evaluation, stdout } = await evaluate(['--mode', 'live'], { ANTHROPIC_BASE_URL: standIn.url });
      expect(evaluation).toMatchObject({ mode: 'simulated', trials: { reused } });
      expect(stdout).toContain('! v2: 4 trials answered by a server that says it is a simulated model; these are not live results');
      expect(stdout).not.toMatch(/live model at|· live model/);
    }
  });

  it('docket decide says it, too', async () => {
    const { directory, server } = await project('claude-haiku-4-5');
    const decided = await runHere(['decide', '{"weight": 5, "worth": 10}', '--json'], { directory, environment: server.environment });
    expect(decided.stderr).toContain(`warning: requested ${asked}, answered by claude-haiku-4-5`);
    expect(decided.stderr).toContain(`warning: sent to ${server.url}, which is not the vendor's own server`);
    expect(JSON.parse(decided.stdout)).toMatchObject({ mode: 'live', answeredBy: ['claude-haiku-4-5'] });
  });
});

describe('docket gate', () => {
  const snapshot = `${asked}-20260901`;
  let main: GateProject;
  let server: Awaited<ReturnType<typeof serverOf>>;
  beforeAll(async () => {
    main = gateProject();
    const { clerk } = (await import(pathToFileURL(join(main.directory, 'clerk.ts')).href)) as { clerk: Simulator };
    server = await serverOf(clerk, snapshot);
    const accepted = await runHere(['baseline', 'accept', '--mode', 'live'], {
      directory: main.directory,
      environment: server.environment,
    });
    expect(accepted.stderr + accepted.stdout).toContain('written to');
    main.commit('The baseline');
  });
  afterAll(async () => {
    await server.close();
    main[Symbol.dispose]();
  });

  /** Judges a harmless change whose trials are answered under the names. */
  async function judged(names: readonly string[], environment: Readonly<Record<string, string>> = server.environment) {
    const project = main.branch();
    onTestFinished(() => project[Symbol.dispose]());
    project.write('prompts/v1.md', `${soundPrompt}\n`);
    project.commit('A change');
    server.answerAs(...names);
    const ended = await runHere(['gate', '--json'], { directory: project.directory, environment });
    return { ...ended, project, verdict: verdictSchema.parse(JSON.parse(ended.stdout)) };
  }

  it('keeps who answered in the baseline, passes when the same snapshot answers, and names the server', { tags: ['slow'] }, async () => {
    expect(JSON.parse(main.read('reports/baseline.json'))).toMatchObject({ mode: 'live', answeredBy: [snapshot] });
    const { verdict, code } = await judged([snapshot]);
    expect(verdict).toMatchObject({ verdict: 'pass', basis: 'tested', mode: 'live' });
    expect(verdict.notices).toEqual(
      expect.arrayContaining([
        { kind: 'endpoint', message: `Live calls go to ${server.url}, which is not the vendor's own server.` },
        { kind: 'answered-by', message: `candidate: answered by ${snapshot}.` },
      ]),
    );
    expect(code).toBe(0);
  });

  it.each([
    ['another snapshot than main’s', [`${asked}-20261120`], /answered by claude-sonnet-4-6-20260901 in main's trials and by .*-20261120/],
    ['several snapshots', [snapshot, `${asked}-20261120`], /Several snapshots of claude-sonnet-4-6 answered the candidate's trials/],
    [
      'another model',
      ['claude-haiku-4-5'],
      /claude-sonnet-4-6 was requested, but claude-haiku-4-5 answered some of the candidate's trials/,
    ],
    ['another model once', ['claude-opus-5-5', snapshot], /claude-opus-5-5 answered some of the candidate's trials/],
  ])('is incomplete when the candidate is answered by %s', { tags: ['slow'] }, async (_name, names, reason) => {
    const { verdict, code } = await judged(names);
    expect(verdict.verdict).toBe('incomplete');
    expect('reason' in verdict && verdict.reason).toMatch(reason);
    expect(code).toBe(3);
  });

  it('is incomplete when a stand-in answers live calls', { tags: ['slow'] }, async () => {
    const { clerk } = (await import(pathToFileURL(join(main.directory, 'clerk.ts')).href)) as { clerk: Simulator };
    const standIn = await serveModel(simulatedModel(clerk));
    onTestFinished(() => standIn.close());
    const { verdict, code } = await judged([], { ANTHROPIC_BASE_URL: standIn.url });
    expect(verdict).toMatchObject({ verdict: 'incomplete' });
    expect('reason' in verdict && verdict.reason).toContain('answered by a server that says it is a simulated model');
    expect(code).toBe(3);
  });

  it('writes no baseline of mixed answers, nor of a stand-in', async () => {
    const project = main.branch();
    onTestFinished(() => project[Symbol.dispose]());
    const before = project.read('reports/baseline.json');
    server.answerAs(`${asked}-20261120`);
    const words = ['baseline', 'accept', '--trials', '1', '--most', '20'];
    const mixed = await runHere(words, { directory: project.directory, environment: server.environment });
    expect(mixed.stderr).toContain('The baseline was not written: Several snapshots of claude-sonnet-4-6');
    expect(mixed.code).toBe(3);
    expect(project.read('reports/baseline.json')).toBe(before);
    const refreshed = await runHere(['baseline', 'refresh', '--trials', '1'], {
      directory: project.directory,
      environment: server.environment,
    });
    expect(refreshed.code).toBe(0);
    expect(JSON.parse(project.read('reports/baseline.json'))).toMatchObject({ epoch: 2, answeredBy: [`${asked}-20261120`] });
  });
});

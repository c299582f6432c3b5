import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluationSchema } from '../../contracts/evaluation.ts';
import { fixtureProject } from '../testing/fixture-project.ts';
import { gateProject, soundPrompt } from '../testing/gate-project.ts';
import { type RunOptions, runDocket } from '../testing/run-docket.ts';
import { runHere } from '../testing/run-here.ts';

/** Sends a signal once the words were printed, and again and again while the process ends, as npm does once. */
const when = (words: string, signal: NodeJS.Signals): Pick<RunOptions, 'onStart'> => ({
  onStart(child: ChildProcess) {
    let text = '';
    let again: NodeJS.Timeout | undefined;
    const send = () => {
      again ??= setInterval(() => child.kill(signal), 1);
      child.kill(signal);
      // Later it would be another one, which ends the process.
      setTimeout(() => clearInterval(again), 300);
    };
    const seen = (piece: string) => {
      text += piece;
      if (again === undefined && text.includes(words)) send();
    };
    child.stdout?.on('data', seen);
    child.stderr?.on('data', seen);
    child.once('exit', () => clearInterval(again));
  },
});

const ends = ({ signal, code }: { readonly signal: NodeJS.Signals; readonly code: number }) => {
  it('ends eval with what is stored, the command that goes on, and the exit code of the signal', { tags: ['slow'] }, async () => {
    using slow = fixtureProject({ simulation: { latencyMs: 60 }, concurrency: 1, trials: 8 });
    const ended = await runDocket(['eval', '--versions', 'v2', '--fresh'], { ...slow, ...when('/8 passed', signal) });
    expect(ended.code).toBe(code);
    const [, stored = '', resume = ''] =
      new RegExp(`Interrupted \\(${signal}\\): (\\d+) of 16 trials .* Continue with:\\n +node \\S+ (.*)\\n`, 's').exec(ended.stderr) ?? [];
    expect(Number(stored)).toBeGreaterThan(0);
    const resumed = await runHere([...resume.split(' '), '--json', '-j', '8'], slow);
    const { trials } = evaluationSchema.parse(JSON.parse(resumed.stdout));
    expect(trials).toEqual({ run: 16 - Number(stored), reused: Number(stored), failed: 0 });
  });

  it('ends baseline accept and gate, and leaves the baseline as it was', { tags: ['slow'] }, async () => {
    using project = gateProject();
    const slow = { directory: project.directory };
    project.write(
      'docket.config.ts',
      `${project.read('docket.config.ts').replace('"concurrency":16', '"concurrency":1,"simulation":{"latencyMs":40}')}`,
    );
    project.commit('A slow counter');
    const accepted = await runDocket(['baseline', 'accept'], { ...slow, ...when('simulated model', signal) });
    expect(accepted.code).toBe(code);
    expect(accepted.stderr).toMatch(/Interrupted .*the baseline is unchanged.* Continue with:\n +node \S+ baseline accept\n/s);
    expect(existsSync(join(project.directory, 'reports/baseline.json'))).toBe(false);
    await runHere(['baseline', 'accept', '-j', '40'], slow);
    project.commit('The baseline');
    using changed = project.branch();
    changed.write('prompts/v1.md', `${soundPrompt}\n`);
    const judged = await runDocket(['gate'], { directory: changed.directory, ...when('screening', signal) });
    expect(judged.code).toBe(code);
    expect(judged.stderr).toMatch(/before there was a verdict; finished trials are stored.* Continue with:\n +node \S+ gate\n/s);
  });

  it('ends what serves with a sum of what it did', async () => {
    using project = fixtureProject();
    const served = await runDocket(['traces', 'serve', '--port', '0'], { ...project, ...when('OTEL_EXPORTER_OTLP_ENDPOINT', signal) });
    expect(served.code).toBe(code);
    expect(served.stderr).toContain('0 new spans, 0 known, 0 rejected');
    const model = await runDocket(['serve-model'], { ...project, ...when('ANTHROPIC_BASE_URL', signal) });
    expect(model.code).toBe(code);
  });
};
describe('SIGTERM', () => ends({ signal: 'SIGTERM', code: 143 }));
describe('SIGHUP', { tags: ['slow'] }, () => ends({ signal: 'SIGHUP', code: 129 }));

it('a terminal that is gone does not keep a run from its end', { tags: ['slow'] }, async () => {
  using project = fixtureProject({ simulation: { latencyMs: 20 }, trials: 3 });
  const ended = await runDocket(['eval'], {
    ...project,
    onStart(child) {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
  });
  expect(ended.code).toBe(0);
  expect(existsSync(join(project.directory, 'reports/evaluation.json'))).toBe(true);
});

import { describe, expect, it } from 'vitest';
import { evaluationSchema } from '../../contracts/evaluation.ts';
import { fixtureProject } from '../testing/fixture-project.ts';
import { runDocket } from '../testing/run-docket.ts';
import { runHere } from '../testing/run-here.ts';
import type { Ended } from '../testing/run-process.ts';

describe('docket serve-model', () => {
  it('serves the simulated model to a live run of another process until Ctrl-C', async () => {
    using project = fixtureProject({ trials: 1 });
    let evaluated: Promise<Ended> | undefined;
    const served = await runDocket(['serve-model', '--json'], {
      ...project,
      onStart: (child) =>
        child.stdout?.once('data', (text: string) => {
          const { url } = JSON.parse(text) as { readonly url: string };
          evaluated = runHere(['eval', '--versions', 'v2', '--json'], { ...project, environment: { ANTHROPIC_BASE_URL: url } });
          void evaluated.finally(() => child.kill('SIGINT'));
        }),
    });
    expect(served.stderr).toContain('simulated model of parcel-desk');
    expect(served.code).toBe(0);
    const ended = await evaluated;
    const evaluation = evaluationSchema.parse(JSON.parse(ended?.stdout ?? ''));
    // Whoever asked: a stand-in's answers are no live trials.
    expect(evaluation).toMatchObject({
      mode: 'simulated',
      endpoint: expect.stringMatching(/^http:/),
      trials: { run: 2, reused: 0, failed: 0 },
    });
    expect(ended?.code).toBe(0);
  });
});

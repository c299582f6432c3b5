import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { simulatedModel } from '../../model/simulated.ts';
import type { Simulator } from '../../model/simulator.ts';
import { serveModel } from '../../model/stand-in/serve-model.ts';
import { openTraceStore } from '../../traces/store/open-trace-store.ts';
import type { TraceStore } from '../../traces/store/trace-store.ts';
import { traceSink } from '../../traces/testing/trace-sink.ts';
import { fixtureProject } from '../testing/fixture-project.ts';
import { parcelDesk, unusualWeights } from '../testing/parcel-desk.ts';
import { runDocket } from '../testing/run-docket.ts';
import { runHere } from '../testing/run-here.ts';

const project = fixtureProject();
afterAll(() => project[Symbol.dispose]());

async function kept<Result>(directory: string, look: (store: TraceStore) => Result | Promise<Result>): Promise<Result> {
  const store = openTraceStore(join(directory, '.docket/traces.db'));
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

test('a decision is kept as a trace with input, decision, calls and what the scorer said', async () => {
  const { code, stdout } = await runDocket(['decide', String(unusualWeights.contradictsItself), '10', '--json'], {
    directory: project.directory,
  });
  expect(code).toBe(0);
  const { traceId, version } = JSON.parse(stdout);
  await kept(project.directory, async (store) => {
    expect(await store.trace(traceId)).toMatchObject({
      source: 'docket',
      agent: 'parcel-desk',
      versionFingerprint: version.fingerprint,
      input: { weight: 94, worth: 10 },
      userMessage: 'A parcel worth $10.',
      decision: { accepted: true, fee: 1 },
      gaps: [],
    });
    expect((await store.trace(traceId))?.spans.map(({ kind }) => kind)).toEqual([
      'agent',
      'model-call',
      'tool-call',
      'model-call',
      'other',
    ]);
    const events = (await store.spans(traceId)).flatMap((span) => span.events);
    expect(events).toMatchObject([
      {
        name: 'gen_ai.evaluation.result',
        attributes: {
          'gen_ai.evaluation.name': 'self-consistency',
          'gen_ai.evaluation.score.value': 0,
          'gen_ai.evaluation.score.label': 'fail',
          'gen_ai.evaluation.explanation': expect.stringContaining('the fee is 1, expected 188'),
          'docket.findings': ['wrong-fee'],
        },
      },
    ]);
  });
});

test('what is said stays out of it when OpenTelemetry is told so, and nothing is kept when it is disabled', async () => {
  using quiet = fixtureProject();
  await runHere(['decide', '5', '10'], { directory: quiet.directory, environment: { OTEL_SDK_DISABLED: 'true' } });
  expect(existsSync(join(quiet.directory, '.docket/traces.db'))).toBe(false);
  const environment = { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'false' };
  expect((await runHere(['decide', '94', '10'], { directory: quiet.directory, environment })).code).toBe(0);
  await kept(quiet.directory, async (store) => {
    const [summary] = await store.list({});
    expect(summary?.agent).toBe('parcel-desk');
    const everything = JSON.stringify(
      (await store.spans(summary?.traceId ?? '')).map(({ attributes, events }) => [attributes, events.map((event) => event.attributes)]),
    );
    expect(everything).toContain('wrong-fee');
    for (const said of ['parcel worth', 'accepted', 'You are a clerk', 'Weight', 'the fee is']) expect(everything).not.toContain(said);
  });
});

test('an interrupted decision leaves its trace too', { tags: ['slow'] }, async () => {
  using slow = fixtureProject();
  let child: ChildProcess | undefined;
  // The answer that never comes: once it is asked for, everything is open.
  const model = await serveModel(simulatedModel(parcelDesk.simulator as Simulator), {
    fault: () => ({ kind: 'silence' }),
    onRequest: () => child?.kill('SIGINT'),
  });
  const environment = { ANTHROPIC_BASE_URL: model.url };
  const onStart = (started: ChildProcess) => {
    child = started;
  };
  const { code } = await runDocket(['decide', '5', '10'], { directory: slow.directory, environment, onStart });
  await model.close();
  expect(code).toBe(130);
  await kept(slow.directory, async (store) => {
    const [summary] = await store.list({});
    expect(await store.trace(summary?.traceId ?? '')).toMatchObject({ input: { weight: 5, worth: 10 }, decision: null });
    expect(summary?.errors).toBe(2);
  });
});

const asked = ['v1', 'v2'].flatMap((version) =>
  ['heavy', 'light'].flatMap((id) => [1, 2].map((number) => `${version} ${id} eval ${number}`)),
);

test.each([
  { words: ['eval', '--versions', 'v1,v2', '--trials', '2'], trials: asked, failed: 2, added: [] },
  { words: ['compare', 'v1', 'v2', '--trials', '2'], trials: asked, failed: 2, added: [] },
  {
    words: ['baseline', 'accept', '--trials', '1'],
    trials: ['v2 heavy baseline-1:heavy 1', 'v2 light baseline-1:light 1'],
    failed: undefined,
    added: ['v2 heavy baseline-1:heavy 2', 'v2 light baseline-1:light 2'],
  },
])(
  'trials of $words.0 are sent to a receiver with their scores, and never kept among the traces of production',
  async ({ words, trials, failed, added }) => {
    using suite = fixtureProject();
    await using sink = await traceSink();
    const { code, stderr } = await runHere(words, { directory: suite.directory, environment: sink.environment });
    expect(stderr).not.toContain('spans');
    expect(code).toBe(0);
    expect(existsSync(join(suite.directory, '.docket/traces.db'))).toBe(false);
    expect(await sink.trials()).toEqual(trials);
    expect((await sink.scores())['expected-decision fail']).toBe(failed);
    expect(Object.values(await sink.scores()).reduce((sum, times) => sum + times, 0)).toBe(trials.length * 2);
    // Stored trials are not run again, so nothing is sent twice; a baseline gets as many new ones.
    await runHere(words, { directory: suite.directory, environment: sink.environment });
    expect(await sink.trials()).toEqual([...trials, ...added].sort());
  },
);

test('a receiver in .env is found, and one that is dead costs a warning, not the decision', { tags: ['slow'] }, async () => {
  using dead = fixtureProject();
  const { writeFileSync } = await import('node:fs');
  writeFileSync(
    join(dead.directory, '.env'),
    'OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9\nOTEL_EXPORTER_OTLP_HEADERS=Authorization=secret-of-the-receiver\n',
  );
  const { code, stdout, stderr } = await runHere(['decide', '5', '10'], { directory: dead.directory });
  expect(JSON.parse(stdout)).toMatchObject({ accepted: true });
  expect(stderr).toMatch(/5 of 5 spans of this run could not be sent to 127\.0\.0\.1:9/);
  expect(stderr).not.toContain('secret-of-the-receiver');
  expect(code).toBe(0);
  await kept(dead.directory, async (store) => expect(await store.list({})).toHaveLength(1));
});

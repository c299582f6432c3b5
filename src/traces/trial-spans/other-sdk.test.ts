import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { context, type TracerProvider as Provider, type Tracer, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, expect, test } from 'vitest';
import { startTelemetry } from '../telemetry/telemetry.ts';
import { hearingOf } from './hearing-of.ts';
import { TrialSpans } from './span-listener.ts';

afterEach(() => {
  trace.disable();
  context.disable();
});

async function hear(provider: Provider) {
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const warnings: string[] = [];
  const hearing = await hearingOf({ own: { kind: 'function' }, userMessage: { source: import.meta.url } });
  const telemetry = await startTelemetry({ environment: {}, hearing, warn: (message) => warnings.push(message) });
  const trial = new TrialSpans(() => {}).hear();
  const work = async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-9' };
    trace.getTracer('desk').startSpan('chat', { attributes }).end();
  };
  await trial.within(work);
  await telemetry.close();
  await trial.within(work);
  return { told: trial.told(), warnings };
}

test('the spans of an SDK that the agent registered itself are heard, until the session ends, and go where they went', async () => {
  const exporter = new InMemorySpanExporter();
  const { told, warnings } = await hear(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  expect(told?.transcript.steps).toMatchObject([{ kind: 'model-call', model: 'gpt-9' }]);
  expect(exporter.getFinishedSpans()).toHaveLength(2);
  expect(warnings).toEqual([]);
});

test('an SDK that offers no place for a further processor is told of', async () => {
  const inner = new TracerProvider();
  const { told, warnings } = await hear({ getTracer: (name) => inner.getTracer(name) });
  expect(told).toBeUndefined();
  expect(warnings).toEqual([expect.stringMatching(/no transcript from the agent's spans/)]);
});

test('code with an API of its own, whose tracer is older than the recording, is heard; in the next recording, too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'docket-api-'));
  const api = fileURLToPath(new URL('../../../node_modules/@opentelemetry/api', import.meta.url));
  for (const place of ['.', 'lib']) cpSync(api, join(folder, place, 'node_modules/@opentelemetry/api'), { recursive: true });
  writeFileSync(join(folder, 'desk.mjs'), "import { trace } from '@opentelemetry/api';\nexport const tracer = trace.getTracer('desk');\n");
  writeFileSync(join(folder, 'lib/desk.cjs'), "exports.tracer = require('@opentelemetry/api').trace.getTracer('lib');\n");
  const source = pathToFileURL(join(folder, 'desk.mjs')).href;
  const { tracer: imported } = (await import(/* @vite-ignore */ source)) as { tracer: Tracer };
  const { tracer: required } = createRequire(source)('./lib/desk.cjs') as { tracer: Tracer };
  for (const recording of [1, 2]) {
    const hearing = await hearingOf({ own: { kind: 'function' }, userMessage: { source } });
    const telemetry = await startTelemetry({ environment: {}, hearing, warn: () => {} });
    const trial = new TrialSpans(() => {}).hear();
    await trial.within(async () => {
      for (const tracer of [imported, required]) tracer.startSpan('chat', { attributes: { 'gen_ai.operation.name': 'chat' } }).end();
    });
    expect(trial.told()?.transcript.steps, `recording ${recording}`).toHaveLength(2);
    await telemetry.close();
    expect(imported.startSpan('chat').isRecording()).toBe(false);
  }
  rmSync(folder, { recursive: true, force: true });
});

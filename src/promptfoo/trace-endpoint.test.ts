import { expect, test } from 'vitest';
import { nameTraceEndpoint } from './trace-endpoint.ts';

const base = 'http://127.0.0.1:4318/';

test.each<[string, NodeJS.ProcessEnv, string | undefined]>([
  ['the path is added to the address for all signals', { OTEL_EXPORTER_OTLP_ENDPOINT: base }, 'http://127.0.0.1:4318/v1/traces'],
  [
    'the address for traces is taken whole',
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${base}here`, OTEL_EXPORTER_OTLP_ENDPOINT: base },
    `${base}here`,
  ],
  ["promptfoo's own setting stays", { OTEL_EXPORTER_OTLP_ENDPOINT: base, PROMPTFOO_OTEL_ENDPOINT: 'http://own' }, 'http://own'],
  ['nothing is sent where nothing is said to be', {}, undefined],
  [
    'nothing is sent that says what was said',
    { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'false' },
    undefined,
  ],
  ['nothing is sent when traces are disabled', { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_SDK_DISABLED: 'true' }, undefined],
])('%s', (_, environment, endpoint) => {
  nameTraceEndpoint(environment);
  expect(environment.PROMPTFOO_OTEL_ENDPOINT).toBe(endpoint);
});

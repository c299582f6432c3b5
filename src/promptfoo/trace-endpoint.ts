import { telemetrySettings } from '../traces/telemetry/telemetry-settings.ts';

/**
 * Tells promptfoo where its traces go, and ours within them, while its tracing is on. It would post them to OTEL_EXPORTER_OTLP_ENDPOINT as it
 * stands, without the path that this variable leaves to the sender; a variable of its own it takes whole. Not where traces must not say what was
 * said: promptfoo's own spans quote what its assertions found. To be called before an evaluation begins: the provider's file is loaded then.
 * @param environment `process.env`, into which promptfoo has read `.env`
 */
export function nameTraceEndpoint(environment: NodeJS.ProcessEnv): void {
  const { enabled, content, destination } = telemetrySettings(environment);
  if (!enabled || !content || !destination || environment.PROMPTFOO_OTEL_ENDPOINT) return;
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces, OTEL_EXPORTER_OTLP_ENDPOINT: base } = environment;
  const endpoint = traces || (base && `${base.replace(/\/+$/, '')}/v1/traces`);
  if (endpoint) environment.PROMPTFOO_OTEL_ENDPOINT = endpoint;
}

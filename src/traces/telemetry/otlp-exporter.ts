import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { secretRemover } from '../secrets.ts';
import { GuardedExporter } from './guarded-exporter.ts';
import type { Destination, TelemetryEnvironment } from './telemetry-settings.ts';
import { withEnvironment } from './with-environment.ts';

/** What sends spans to where OTEL_EXPORTER_OTLP_* points, without the keys of the environment in them. */
export async function otlpExporter(
  { timeoutMs }: Destination,
  environment: TelemetryEnvironment,
  onFailure?: (reason: string) => void,
): Promise<GuardedExporter> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  const exporter: SpanExporter = withEnvironment(environment, () => new OTLPTraceExporter({ timeoutMillis: timeoutMs }));
  return new GuardedExporter(exporter, secretRemover(environment), onFailure);
}

/** Sends no span there. @returns what is wrong; undefined when it was taken */
export async function tryDestination(destination: Destination, environment: TelemetryEnvironment): Promise<string | undefined> {
  const exporter = await otlpExporter(destination, environment);
  await new Promise<void>((resolve) => exporter.export([], () => resolve()));
  await exporter.shutdown();
  return exporter.failure;
}

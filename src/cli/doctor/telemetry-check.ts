import { tryDestination } from '../../traces/telemetry/otlp-exporter.ts';
import { type TelemetryEnvironment, telemetrySettings } from '../../traces/telemetry/telemetry-settings.ts';
import { type Check, ok, warn } from './check.ts';

const name = 'telemetry';

/**
 * What becomes of the traces of decisions and trials, by OpenTelemetry's variables.
 * @param online whether the receiver is asked; otherwise nobody is
 */
export async function telemetryCheck(environment: TelemetryEnvironment, online: boolean): Promise<Check> {
  const { enabled, content, destination, notices } = telemetrySettings(environment);
  if (!enabled) return ok(name, 'no traces: OTEL_SDK_DISABLED is set');
  const where = destination
    ? `traces of decisions and trials are sent to ${destination.host}${online ? '' : ', not checked (use --online)'}`
    : 'traces of decisions stay on this machine: no OTEL_EXPORTER_OTLP_ENDPOINT';
  const text = [where, ...(content ? [] : ['without message content (OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT)']), ...notices];
  const refusal = online && destination ? await tryDestination(destination, environment) : undefined;
  if (refusal !== undefined) text.push(`${destination?.host} did not accept an empty request: ${refusal}`);
  if (refusal === undefined && notices.length === 0) return ok(name, text.join('\n'));
  return warn(name, text.join('\n'), 'Correct the OTEL_* variables, here or in .env, or remove them.');
}

import type { TelemetryEnvironment } from './telemetry-settings.ts';

/**
 * Does the work while the process's environment has the OTEL_* variables of `environment`: OpenTelemetry's parts read their settings there
 * and nowhere else when they are made, and what stands in `.env` is not there.
 */
export function withEnvironment<Result>(environment: TelemetryEnvironment, work: () => Result): Result {
  const names = [...new Set([...Object.keys(environment), ...Object.keys(process.env)])].filter((name) => name.startsWith('OTEL_'));
  const before = names.map((name) => [name, process.env[name]] as const);
  for (const name of names) set(name, environment[name]);
  try {
    return work();
  } finally {
    for (const [name, value] of before) set(name, value);
  }
}

function set(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

/** What the environment says about traces. */
export interface TelemetrySettings {
  /** False with OTEL_SDK_DISABLED=true: no span is made. */
  readonly enabled: boolean;
  /** False with OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=false: spans say what happened, not what was said. */
  readonly content: boolean;
  /** Where OTEL_EXPORTER_OTLP_ENDPOINT (or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, or OTEL_TRACES_EXPORTER=otlp) sends spans. */
  readonly destination: Destination | undefined;
}

/** A receiver of OTLP over HTTP. */
export interface Destination {
  /** Host and port, for people; never a path, user or query, in which a key may stand. */
  readonly host: string;
  /** Longest wait for it, milliseconds. */
  readonly timeoutMs: number;
  /** A protocol that was asked for and is not spoken here. */
  readonly unspokenProtocol: string | undefined;
}

/** The process's environment variables, or those of a test. */
export type TelemetryEnvironment = Readonly<Record<string, string | undefined>>;

/** Shorter than the SDK's 10 s: nobody waits for a dead receiver at the end of a command. */
const defaultTimeoutMs = 2000;

const defaultEndpoint = 'http://localhost:4318';

/** Reads OpenTelemetry's own variables; there are none of Docket's. */
export function telemetrySettings(environment: TelemetryEnvironment): TelemetrySettings {
  const says = (name: string) => environment[name]?.trim().toLowerCase();
  return {
    enabled: says('OTEL_SDK_DISABLED') !== 'true',
    content: !['false', 'no_content', '0'].includes(says('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT') ?? ''),
    destination: destinationOf(environment, says('OTEL_TRACES_EXPORTER')),
  };
}

function destinationOf(environment: TelemetryEnvironment, exporter: string | undefined): Destination | undefined {
  const endpoint = environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || environment.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (exporter ? exporter !== 'otlp' : !endpoint) return undefined;
  const timeout = Number(environment.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT || environment.OTEL_EXPORTER_OTLP_TIMEOUT);
  const protocol = environment.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || environment.OTEL_EXPORTER_OTLP_PROTOCOL;
  return {
    host: hostOf(endpoint || defaultEndpoint),
    timeoutMs: timeout > 0 ? timeout : defaultTimeoutMs,
    unspokenProtocol: protocol && protocol !== 'http/protobuf' ? protocol : undefined,
  };
}

function hostOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).host : 'an address that cannot be read';
}

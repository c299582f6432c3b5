/** What the environment says about traces. */
export interface TelemetrySettings {
  /** False with OTEL_SDK_DISABLED=true: no span is made. */
  readonly enabled: boolean;
  /** False with OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=false: spans say what happened, not what was said. */
  readonly content: boolean;
  /** Where OTEL_EXPORTER_OTLP_ENDPOINT (or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, or OTEL_TRACES_EXPORTER=otlp) sends spans. */
  readonly destination: Destination | undefined;
  /** What is asked for and cannot be done; never a variable's value that may hold a key. */
  readonly notices: readonly string[];
}

/** A receiver of OTLP over HTTP. */
export interface Destination {
  /** Host and port, for people; never a path, user or query, in which a key may stand. */
  readonly host: string;
  /** Longest wait for it, milliseconds. */
  readonly timeoutMs: number;
  /** Part of the traces that it gets, 0 to 1, by OTEL_TRACES_SAMPLER. */
  readonly ratio: number;
}

/** The process's environment variables, or those of a test. */
export type TelemetryEnvironment = Readonly<Record<string, string | undefined>>;

/** Shorter than the SDK's 10 s: nobody waits for a dead receiver at the end of a command. */
const defaultTimeoutMs = 2000;

const defaultEndpoint = 'http://localhost:4318';

/** Reads OpenTelemetry's own variables; there are none of Docket's. */
export function telemetrySettings(environment: TelemetryEnvironment): TelemetrySettings {
  const says = (name: string) => environment[name]?.trim().toLowerCase();
  const notices: string[] = [];
  return {
    enabled: says('OTEL_SDK_DISABLED') !== 'true',
    content: !['false', 'no_content', '0'].includes(says('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT') ?? ''),
    destination: destinationOf(environment, (notice) => notices.push(notice)),
    notices,
  };
}

function destinationOf(environment: TelemetryEnvironment, notice: (text: string) => void): Destination | undefined {
  /** The setting for traces alone goes before the one for all signals. */
  const [endpoint, timeout, protocol] = (['ENDPOINT', 'TIMEOUT', 'PROTOCOL'] as const).map((setting) => {
    const names = [`OTEL_EXPORTER_OTLP_TRACES_${setting}`, `OTEL_EXPORTER_OTLP_${setting}`];
    const name = names.find((each) => environment[each]);
    return name === undefined ? undefined : { name, value: environment[name] ?? '' };
  });
  const exporters = (environment.OTEL_TRACES_EXPORTER ?? '').split(',').flatMap((name) => name.trim().toLowerCase() || []);
  const unknown = exporters.filter((name) => name !== 'otlp' && name !== 'none');
  if (unknown.length > 0) notice(`OTEL_TRACES_EXPORTER names ${unknown.join(', ')}; only otlp and none are supported.`);
  if (exporters.length > 0 ? !exporters.includes('otlp') : !endpoint) return undefined;
  const url = urlOf(endpoint?.value ?? defaultEndpoint);
  if (!url) {
    notice(`Traces are not sent: ${endpoint?.name} is not an http(s) URL. Set it to the receiver, for example ${defaultEndpoint}.`);
    return undefined;
  }
  if (protocol && protocol.value !== 'http/protobuf') {
    notice(`Traces are sent to ${url.host} as http/protobuf; ${protocol.name}=${protocol.value} is not supported.`);
  }
  return { host: url.host, timeoutMs: Number(timeout?.value) > 0 ? Number(timeout?.value) : defaultTimeoutMs, ratio: ratioOf(environment) };
}

function urlOf(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && ['http:', 'https:'].includes(url.protocol) ? url : undefined;
}

/** A run is the root of its trace, so samplers that follow a parent are the ones they name. An unknown one samples everything, as in the SDK. */
function ratioOf({ OTEL_TRACES_SAMPLER: sampler = '', OTEL_TRACES_SAMPLER_ARG: argument = '' }: TelemetryEnvironment): number {
  const name = sampler.trim().replace(/^parentbased_/, '');
  if (name === 'always_off') return 0;
  const ratio = Number(argument);
  return name === 'traceidratio' && argument.trim() !== '' && ratio >= 0 && ratio <= 1 ? ratio : 1;
}

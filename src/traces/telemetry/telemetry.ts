import { ROOT_CONTEXT, type TracerProvider } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { count, counted } from '../../text/figures.ts';
import { type SecretRemover, secretRemover } from '../secrets.ts';
import type { TraceStore } from '../store/trace-store.ts';
import { registeredProvider } from './api-copies.ts';
import { GuardedExporter } from './guarded-exporter.ts';
import { otlpExporter } from './otlp-exporter.ts';
import { type Destination, type TelemetryEnvironment, telemetrySettings } from './telemetry-settings.ts';

/** Recording of a process's runs as traces, until it is closed. */
export interface Telemetry {
  /** True when spans may say what was said: messages, arguments, results, input, decision. */
  readonly content: boolean;
  /** Hands over what is left and ends the recording; waits for a receiver no longer than its timeout. Once ended it does nothing. Never throws. */
  close(): Promise<void>;
}

export interface TelemetryOptions {
  readonly environment: TelemetryEnvironment;
  /** Opens the local store, where traces are to be kept; it is closed with the recording. */
  readonly openStore?: (() => TraceStore | Promise<TraceStore>) | undefined;
  /** Makes spans be recorded even where nobody keeps or gets them. */
  readonly hearing?: Hearing | undefined;
  /** True: what cannot be kept or sent is said at once as well, and not only at the end, which may be weeks away. */
  readonly tellsAtOnce?: boolean | undefined;
  /** Called with what a person should know: traces that were not kept or not sent. */
  readonly warn: (message: string) => void;
}

/** Somebody who wants to know of every span of this process. */
export interface Hearing {
  readonly processor: SpanProcessor;
  /** Address of the file whose spans they are above all: copies of OpenTelemetry's API are looked for from there. */
  readonly source: string;
}

/** Where spans go, and how many of them arrived there. */
export interface Outlet {
  readonly processor: SpanProcessor;
  /** Says what was lost; undefined when nothing was. */
  loss(): string | undefined;
}

/** Added to a receiver's timeout before it is given up. */
const graceMs = 250;

/**
 * Records runs from now on, as the environment's OTEL_* variables and the caller ask for it; loads the SDK only when there is somewhere to
 * put a span. Where another SDK records already, spans are its own. Whatever fails is said by `warn` and never ends a run.
 */
export async function startTelemetry({ environment, openStore, hearing, tellsAtOnce, warn }: TelemetryOptions): Promise<Telemetry> {
  const { enabled, content, destination, notices } = telemetrySettings(environment);
  const idle = { content, close: async () => {} };
  if (!enabled) return idle;
  const other = registeredProvider();
  if (other) return { ...idle, close: hearing ? hearElsewhere(other, hearing, warn) : idle.close };
  for (const notice of notices) warn(notice);
  if (!(openStore || destination || hearing)) return idle;
  const remove = secretRemover(environment);
  const outlets: Outlet[] = [];
  const store = openStore && (await openOrWarn(openStore, warn));
  const tell = (verb: string) => (reason: string) => {
    if (tellsAtOnce) warn(`Traces are not being ${verb}: ${reason}. Said again only once it has gone well in between.`);
  };
  if (store) outlets.push(await storeOutlet(store, remove, tell('stored')));
  if (destination) outlets.push(await otlpOutlet(destination, environment, tell(`sent to ${destination.host}`)));
  const processors = [...outlets.map(({ processor }) => processor), ...(hearing ? [hearing.processor] : [])];
  if (processors.length === 0) return idle;
  const { startSdk } = await import('./start-sdk.ts');
  const named = environment.OTEL_SERVICE_NAME || environment.OTEL_RESOURCE_ATTRIBUTES;
  const shutDown = await startSdk(processors, environment, { whole: destination !== undefined || Boolean(named), source: hearing?.source });
  const end = async () => {
    await within((destination?.timeoutMs ?? 0) + graceMs, shutDown());
    for (const outlet of outlets) {
      const loss = outlet.loss();
      if (loss !== undefined) warn(remove(loss));
    }
  };
  let ended: Promise<void> | undefined;
  return {
    content,
    close() {
      ended ??= end();
      return ended;
    },
  };
}

/**
 * Has a processor told of the spans of the SDK that is registered already: the one of the agent's own code, or of a program around Docket. The SDK
 * has no way to add one later, so this goes by its list of processors (versions 1 to 3); where there is none, that is said.
 * @returns what ends it
 */
function hearElsewhere(registered: TracerProvider, { processor }: Hearing, warn: (message: string) => void): () => Promise<void> {
  const provider = registered as { readonly _activeSpanProcessor?: { readonly _spanProcessors?: SpanProcessor[] } };
  const processors = provider._activeSpanProcessor?._spanProcessors;
  if (!Array.isArray(processors)) {
    warn(
      "Trials get no transcript from the agent's spans: the OpenTelemetry SDK that is registered offers no place for a further processor. Leave it to Docket to register one, or return the transcript.",
    );
    return async () => {};
  }
  processors.push(processor);
  return async () => void processors.splice(processors.indexOf(processor), 1);
}

async function openOrWarn(
  open: NonNullable<TelemetryOptions['openStore']>,
  warn: (message: string) => void,
): Promise<TraceStore | undefined> {
  try {
    return await open();
  } catch (error) {
    warn(`This run leaves no trace: ${messageOf(error)}`);
    return undefined;
  }
}

async function storeOutlet(store: TraceStore, remove: SecretRemover, onFailure: (reason: string) => void): Promise<Outlet> {
  const { StoreExporter } = await import('./store-exporter.ts');
  return outlet({ exporter: new GuardedExporter(new StoreExporter(store), remove, onFailure), verb: 'stored' });
}

async function otlpOutlet(
  destination: Destination,
  environment: TelemetryEnvironment,
  onFailure: (reason: string) => void,
): Promise<Outlet> {
  const { host, timeoutMs, ratio } = destination;
  return outlet({ exporter: await otlpExporter(destination, environment, onFailure), verb: `sent to ${host}`, timeoutMs, ratio });
}

interface OutletOptions {
  readonly exporter: GuardedExporter;
  /** What is done with spans, for the message that says how many it was not done with. */
  readonly verb: string;
  readonly timeoutMs?: number;
  /** Part of the traces that goes this way. Sampled here and not by the SDK, because the local store keeps them all. */
  readonly ratio?: number;
}

async function outlet({ exporter, verb, timeoutMs = 10_000, ratio = 1 }: OutletOptions): Promise<Outlet> {
  const { BatchSpanProcessor, SamplingDecision, TraceIdRatioBasedSampler } = await import('@opentelemetry/sdk-trace');
  const sampler = new TraceIdRatioBasedSampler(ratio);
  const isSampled = (span: ReadableSpan) =>
    sampler.shouldSample(ROOT_CONTEXT, span.spanContext().traceId).decision === SamplingDecision.RECORD_AND_SAMPLED;
  const batches = new BatchSpanProcessor({ exporter, maxQueueSize: 8192, scheduledDelayMillis: 1000, exportTimeoutMillis: timeoutMs });
  let ended = 0;
  return {
    processor: {
      onStart: (span, context) => batches.onStart(span, context),
      onEnd(span: ReadableSpan) {
        if (!isSampled(span)) return;
        ended += 1;
        batches.onEnd(span);
      },
      forceFlush: () => batches.forceFlush(),
      shutdown: () => batches.shutdown(),
    },
    loss() {
      const lost = ended - exporter.arrived;
      if (lost <= 0) return undefined;
      const reason = exporter.failure ?? (exporter.arrived > 0 ? 'they came faster than they could be sent' : 'no answer in time');
      return `${count(lost)} of ${counted(ended, 'span')} of this run could not be ${verb}: ${reason}.`;
    },
  };
}

/** Waits for the work, but not longer; an error of it is told by the outlets. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work.catch(() => {}), limit]);
  clearTimeout(timer);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { context, trace } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { shareProvider } from './api-copies.ts';
import type { TelemetryEnvironment } from './telemetry-settings.ts';
import { withEnvironment } from './with-environment.ts';

const serviceName = 'docket';

/**
 * Registers an SDK that hands every span to the processors. The one of `@opentelemetry/sdk-node` reads all of OpenTelemetry's variables,
 * but takes half a second to load; where spans stay on this machine and have no name of their own, the parts of it that are needed do.
 * @param wanted whether the whole of it is wanted, and whose copies of OpenTelemetry's API are to see it beside Docket's own
 * @returns what flushes the processors and takes the SDK away again
 */
export async function startSdk(
  processors: readonly SpanProcessor[],
  environment: TelemetryEnvironment,
  { whole, source }: { readonly whole: boolean; readonly source: string | undefined },
): Promise<() => Promise<void>> {
  const shutDown = whole ? await startWholeSdk(processors, environment) : await startSmallSdk(processors);
  const unshare = source === undefined ? () => {} : await shareProvider(trace, source);
  return async () => {
    try {
      await shutDown();
    } finally {
      unshare();
      trace.disable();
      context.disable();
    }
  };
}

async function startWholeSdk(processors: readonly SpanProcessor[], environment: TelemetryEnvironment): Promise<() => Promise<void>> {
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  return withEnvironment(
    {
      ...environment,
      // The usual detectors would tell every receiver the machine's name, its user and the whole command line.
      OTEL_NODE_RESOURCE_DETECTORS: environment.OTEL_NODE_RESOURCE_DETECTORS ?? 'env',
      // Every span is made; what of them is sent is for the processors to say.
      OTEL_TRACES_SAMPLER: undefined,
      // The SDK would write what it does to stdout, where a command's result stands.
      OTEL_LOG_LEVEL: undefined,
    },
    () => {
      const named = environment.OTEL_SERVICE_NAME || environment.OTEL_RESOURCE_ATTRIBUTES?.includes('service.name=');
      // Traces only: without the empty lists metrics and logs would be sent as well.
      const sdk = new NodeSDK({
        spanProcessors: [...processors],
        metricReaders: [],
        logRecordProcessors: [],
        ...(named ? {} : { serviceName }),
      });
      sdk.start();
      return () => sdk.shutdown();
    },
  );
}

async function startSmallSdk(processors: readonly SpanProcessor[]): Promise<() => Promise<void>> {
  const [{ TracerProvider }, { AsyncLocalStorageContextManager }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/context-async-hooks'),
    import('@opentelemetry/resources'),
  ]);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [...processors],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  return () => provider.shutdown();
}

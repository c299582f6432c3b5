import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { OwnKind } from '../../contracts/described-agent.ts';

/** What hears the spans of an agent that runs in this process; undefined for any other. */
export async function processorFor({ own }: { readonly own?: { readonly kind: OwnKind } }): Promise<SpanProcessor | undefined> {
  if (own?.kind !== 'function') return undefined;
  const { TrialSpanProcessor } = await import('./trial-span-processor.ts');
  return new TrialSpanProcessor();
}

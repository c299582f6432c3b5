import type { OwnKind } from '../../contracts/described-agent.ts';
import type { Hearing } from '../telemetry/telemetry.ts';

/** What hears the spans of an agent that runs in this process; undefined for any other. */
export async function hearingOf({
  own,
  userMessage,
}: {
  readonly own?: { readonly kind: OwnKind };
  readonly userMessage: { readonly source: string };
}): Promise<Hearing | undefined> {
  if (own?.kind !== 'function') return undefined;
  const { TrialSpanProcessor } = await import('./trial-span-processor.ts');
  return { processor: new TrialSpanProcessor(), source: userMessage.source };
}

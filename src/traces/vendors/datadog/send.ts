import type { VendorDestination } from '../destination.ts';
import { datadogSite } from './site.ts';

/** Datadog's LLM Observability takes GenAI spans over OTLP. https://docs.datadoghq.com/llm_observability/instrumentation/otel_instrumentation */
export const datadogDestination: VendorDestination = {
  renamed: {},
  target(settings) {
    const key = settings.key('Datadog', 'DD_API_KEY');
    return {
      baseUrl: settings.baseUrl(`https://otlp.${datadogSite(settings.value('DD_SITE'))}`),
      path: '/v1/traces',
      headers: { 'dd-api-key': key, 'dd-otlp-source': 'llmobs' },
      secrets: [key],
    };
  },
};

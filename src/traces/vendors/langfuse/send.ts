import type { VendorDestination } from '../destination.ts';

/** Langfuse: basic authorization, and the version of ingestion that shows traces at once. https://langfuse.com/integrations/native/opentelemetry */
export const langfuseDestination: VendorDestination = {
  // It knows the name from before only.
  renamed: { 'gen_ai.usage.cache_write.input_tokens': 'gen_ai.usage.cache_creation.input_tokens' },
  target(settings) {
    const secret = settings.key('Langfuse', 'LANGFUSE_SECRET_KEY');
    const pair = Buffer.from(`${settings.key('Langfuse', 'LANGFUSE_PUBLIC_KEY')}:${secret}`).toString('base64');
    return {
      baseUrl: settings.baseUrl('https://cloud.langfuse.com', 'LANGFUSE_BASE_URL', 'LANGFUSE_HOST'),
      path: '/api/public/otel/v1/traces',
      headers: { authorization: `Basic ${pair}`, 'x-langfuse-ingestion-version': '4' },
      secrets: [secret, pair],
    };
  },
};

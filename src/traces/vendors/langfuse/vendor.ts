import type { Vendor } from '../vendor.ts';

export const langfuse = {
  title: 'Langfuse',
  import: {
    variables: ['LANGFUSE_PUBLIC_KEY', 'LANGFUSE_SECRET_KEY'],
    help: 'LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY (LANGFUSE_BASE_URL); also its exported traces',
    load: async () => (await import('./import.ts')).langfuseImporter,
  },
  send: {
    variables: ['LANGFUSE_PUBLIC_KEY', 'LANGFUSE_SECRET_KEY'],
    help: 'LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY (LANGFUSE_BASE_URL)',
    load: async () => (await import('./send.ts')).langfuseDestination,
  },
} as const satisfies Vendor;

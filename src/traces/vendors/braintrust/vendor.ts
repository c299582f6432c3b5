import type { Vendor } from '../vendor.ts';

export const braintrust = {
  title: 'Braintrust',
  import: {
    variables: ['BRAINTRUST_API_KEY', 'BRAINTRUST_PROJECT'],
    help: 'BRAINTRUST_API_KEY, and --project or BRAINTRUST_PROJECT (BRAINTRUST_API_URL); also span trees',
    load: async () => (await import('./import.ts')).braintrustImporter,
  },
  send: {
    variables: ['BRAINTRUST_API_KEY', 'BRAINTRUST_PROJECT'],
    help: 'BRAINTRUST_API_KEY, and --project or BRAINTRUST_PROJECT (BRAINTRUST_API_URL)',
    load: async () => (await import('./send.ts')).braintrustDestination,
  },
} as const satisfies Vendor;

import type { Vendor } from '../vendor.ts';

export const phoenix = {
  title: 'Phoenix',
  send: {
    variables: ['PHOENIX_COLLECTOR_ENDPOINT', 'PHOENIX_API_KEY'],
    help: 'nothing for http://localhost:6006 (PHOENIX_COLLECTOR_ENDPOINT, PHOENIX_API_KEY)',
    load: async () => (await import('./send.ts')).phoenixDestination,
  },
} as const satisfies Vendor;

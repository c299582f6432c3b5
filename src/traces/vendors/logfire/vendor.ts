import type { Vendor } from '../vendor.ts';

export const logfire = {
  title: 'Logfire',
  import: {
    variables: ['LOGFIRE_READ_TOKEN'],
    help: 'LOGFIRE_READ_TOKEN (LOGFIRE_BASE_URL)',
    load: async () => (await import('./import.ts')).logfireImporter,
  },
  send: {
    variables: ['LOGFIRE_TOKEN'],
    help: 'LOGFIRE_TOKEN (LOGFIRE_BASE_URL)',
    load: async () => (await import('./send.ts')).logfireDestination,
  },
} as const satisfies Vendor;

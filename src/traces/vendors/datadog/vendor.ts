import type { Vendor } from '../vendor.ts';

export const datadog = {
  title: 'Datadog',
  import: {
    variables: ['DD_API_KEY', 'DD_APP_KEY'],
    help: 'DD_API_KEY, DD_APP_KEY (DD_SITE)',
    load: async () => (await import('./import.ts')).datadogImporter,
  },
  send: {
    variables: ['DD_API_KEY'],
    help: 'DD_API_KEY (DD_SITE)',
    load: async () => (await import('./send.ts')).datadogDestination,
  },
} as const satisfies Vendor;

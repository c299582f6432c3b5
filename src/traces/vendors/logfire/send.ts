import type { VendorDestination } from '../destination.ts';

/** Logfire: a write token, whose name tells the region. https://logfire.pydantic.dev/docs/how-to-guides/alternative-clients/ */
export const logfireDestination: VendorDestination = {
  renamed: {},
  target(settings) {
    const token = settings.key('Logfire', 'LOGFIRE_TOKEN');
    const region = /^pylf_v\d+_eu_/.test(token) ? 'eu' : 'us';
    return {
      baseUrl: settings.baseUrl(`https://logfire-${region}.pydantic.dev`, 'LOGFIRE_BASE_URL'),
      path: '/v1/traces',
      headers: { authorization: token },
      secrets: [token],
    };
  },
};

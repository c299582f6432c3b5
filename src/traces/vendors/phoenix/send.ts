import type { VendorDestination } from '../destination.ts';

/** Arize Phoenix, usually on this machine and then without a key. https://arize.com/docs/phoenix */
export const phoenixDestination: VendorDestination = {
  renamed: {},
  target(settings) {
    const isKeyed = settings.value('PHOENIX_API_KEY') !== undefined;
    const key = isKeyed ? settings.key('Phoenix', 'PHOENIX_API_KEY') : undefined;
    return {
      // Some name the whole address in it.
      baseUrl: settings.baseUrl('http://localhost:6006', 'PHOENIX_COLLECTOR_ENDPOINT').replace(/\/v1\/traces$/, ''),
      path: '/v1/traces',
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      secrets: key === undefined ? [] : [key],
    };
  },
};

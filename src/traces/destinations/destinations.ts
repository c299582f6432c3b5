import { braintrustDestination } from './braintrust.ts';
import { datadogDestination } from './datadog.ts';
import type { VendorDestination } from './destination.ts';
import { langfuseDestination } from './langfuse.ts';
import { logfireDestination } from './logfire.ts';
import { phoenixDestination } from './phoenix.ts';

/** Every place that stored traces can be sent to. */
export const destinations: readonly VendorDestination[] = [
  logfireDestination,
  langfuseDestination,
  braintrustDestination,
  datadogDestination,
  phoenixDestination,
];

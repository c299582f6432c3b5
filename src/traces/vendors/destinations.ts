import { braintrustDestination } from './braintrust/send.ts';
import { datadogDestination } from './datadog/send.ts';
import type { VendorDestination } from './destination.ts';
import { langfuseDestination } from './langfuse/send.ts';
import { logfireDestination } from './logfire/send.ts';
import { phoenixDestination } from './phoenix/send.ts';

/** Every place that stored traces can be sent to. */
export const destinations: readonly VendorDestination[] = [
  logfireDestination,
  langfuseDestination,
  braintrustDestination,
  datadogDestination,
  phoenixDestination,
];

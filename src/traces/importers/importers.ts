import { braintrust } from './braintrust.ts';
import { datadog } from './datadog.ts';
import type { Importer } from './importer.ts';
import { langfuse } from './langfuse.ts';
import { logfire } from './logfire.ts';

/** Every vendor whose traces can be imported. */
export const importers: readonly Importer[] = [logfire, langfuse, braintrust, datadog];

import { braintrust } from '../vendors/braintrust/import.ts';
import { datadog } from '../vendors/datadog/import.ts';
import { langfuse } from '../vendors/langfuse/import.ts';
import { logfire } from '../vendors/logfire/import.ts';
import type { Importer } from './importer.ts';

/** Every vendor whose traces can be imported. */
export const importers: readonly Importer[] = [logfire, langfuse, braintrust, datadog];

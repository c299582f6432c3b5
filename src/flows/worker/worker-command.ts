import { fileURLToPath } from 'node:url';
import { vendorPrefixes } from '../../traces/vendors/vendors.ts';
import { workerEnvironment } from '../../workers/worker-environment.ts';
import type { WorkerCommand } from '../../workers/worker-process.ts';

/**
 * Starts this copy of Docket as a worker.
 * @param directory the checkout whose agent it serves
 */
export function workerCommand(directory: string, environment: Readonly<Record<string, string | undefined>>): WorkerCommand {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return {
    program: process.execPath,
    arguments: [fileURLToPath(new URL(`./main.${ending}`, import.meta.url))],
    directory,
    environment: workerEnvironment(environment, vendorPrefixes()),
  };
}

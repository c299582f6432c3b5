import { fileURLToPath } from 'node:url';
import type { Environment } from '../../model/credentials.ts';
import { loadEnvironment } from '../../model/load-environment.ts';
import { ownEnvironment } from '../../model/own-environment.ts';
import { vendorPrefixes } from '../../traces/vendors/vendors.ts';
import { secretsIn, workerEnvironment } from '../../workers/worker-environment.ts';
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
    secrets: secretsIn({ ...withVariables(directory, environment), ...ownEnvironment(environment) }),
  };
}

/** With what `.env` adds; one that may not be read is told of where it is wanted. */
function withVariables(directory: string, environment: Environment): Environment {
  try {
    return loadEnvironment(directory, environment, () => {});
  } catch {
    return environment;
  }
}

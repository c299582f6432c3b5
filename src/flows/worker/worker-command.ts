import { secretsIn } from '../../contracts/secrets-in.ts';
import type { Environment } from '../../model/credentials.ts';
import { loadEnvironment } from '../../model/load-environment.ts';
import { ownEnvironment } from '../../model/own-environment.ts';
import { vendorPrefixes } from '../../traces/vendors/vendors.ts';
import { workerEnvironment } from '../../workers/worker-environment.ts';
import type { WorkerCommand } from '../../workers/worker-process.ts';
import { type DocketCopy, moduleOf, thisDocket } from '../docket-copy.ts';

/**
 * Starts a copy of Docket as a worker.
 * @param directory the checkout whose agent it serves
 */
export function workerCommand(
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
  docket: DocketCopy = thisDocket,
): WorkerCommand {
  return {
    program: process.execPath,
    arguments: [moduleOf(docket, 'flows/worker/main')],
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

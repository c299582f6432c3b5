import { vendorPrefixes } from '../../traces/vendors/vendors.ts';
import { workerEnvironment } from '../../workers/worker-environment.ts';

/** An environment, and what it is for main's side. */
interface MainsSide {
  readonly given: NodeJS.ProcessEnv;
  readonly mains: NodeJS.ProcessEnv;
}

/**
 * Puts this process where a worker of main would be: in main's folder, with the variables that lead to main's files. What main's docket opens by a relative
 * path or by a variable, when it is loaded or as it judges, would else be a file of the change.
 * @returns what puts it back
 */
export function standInMains(folder: string, { given, mains }: MainsSide): () => void {
  const before = process.cwd();
  const [own, other] = [given, mains].map((environment) => workerEnvironment(environment, vendorPrefixes()));
  const moved = Object.entries(other ?? {}).filter(([name, value]) => own?.[name] !== value);
  const values = moved.map(([name]) => [name, process.env[name]] as const);
  process.chdir(folder);
  Object.assign(process.env, Object.fromEntries(moved));
  return () => {
    process.chdir(before);
    for (const [name, value] of values) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

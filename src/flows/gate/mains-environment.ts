import { join } from 'node:path';
import { cacheFolder } from './base-checkout.ts';

const prefix = 'DOCKET_MAIN_';

/** The environment of main's side: `DOCKET_MAIN_NAME` is the variable `NAME` there. */
export function mainsEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(environment).flatMap(([name, value]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
  );
  return withoutTraces({ ...environment, ...Object.fromEntries(own) }, join(cacheFolder(), 'docket', 'pycache'));
}

/** Python would keep what it compiled beside the sources, in a checkout in which nothing may change, and read there what somebody else left. */
export function withoutTraces(environment: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  return { PYTHONPYCACHEPREFIX: folder, ...environment };
}

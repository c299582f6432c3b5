import { join } from 'node:path';
import { cacheFolder } from './base-checkout.ts';
import { type MovedCheckout, movedEnvironment } from './moved-environment.ts';

const prefix = 'DOCKET_MAIN_';

/** The environment of main's side: `DOCKET_MAIN_NAME` is the variable `NAME` there, and what leads to the candidate's files leads to main's. */
export async function mainsEnvironment(environment: NodeJS.ProcessEnv, moved: MovedCheckout): Promise<NodeJS.ProcessEnv> {
  const own = Object.entries(environment).flatMap(([name, value]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
  );
  const mains = await movedEnvironment({ ...environment, ...Object.fromEntries(own) }, moved);
  return withoutTraces(mains, join(cacheFolder(), 'docket', 'pycache'));
}

/** Python would keep what it compiled beside the sources, in a checkout in which nothing may change, and read there what somebody else left. */
export function withoutTraces(environment: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  return { PYTHONPYCACHEPREFIX: folder, ...environment };
}

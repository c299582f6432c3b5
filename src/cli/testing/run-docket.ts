import { fileURLToPath } from 'node:url';
import { type Ended, type ProcessOptions, runProcess } from './run-process.ts';

export interface RunOptions extends Partial<Pick<ProcessOptions, 'directory' | 'onStart'>> {
  /** Added to an environment without key, colour or CI settings. */
  readonly environment?: Readonly<Record<string, string>>;
}

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** Runs the command line as its users do: in a process of its own. */
export function runDocket(words: readonly string[], { directory = repository, environment, onStart }: RunOptions = {}): Promise<Ended> {
  return runProcess([main, ...words], {
    directory,
    environment: { HOME: process.env.HOME, XDG_CACHE_HOME: process.env.XDG_CACHE_HOME, ...environment },
    ...(onStart ? { onStart } : {}),
  });
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { commandOf, type DocketCopy } from '../../flows/docket-copy.ts';
import { type Invocation, startedAs } from '../invocation.ts';

/** How another copy of Docket is started. */
interface Start {
  readonly invocation: Invocation;
  /** As it was before anything was taken out of it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Runs the same command line by another copy of Docket, which prints and writes the reports; returns its exit code. */
export async function runMainsDocket(docket: DocketCopy, { invocation, environment, signal }: Start): Promise<number> {
  const child = spawn(process.execPath, [commandOf(docket), ...invocation.words], {
    cwd: invocation.directory,
    // Nothing is compiled into main's checkout, and nothing that somebody compiled there is run.
    env: { ...environment, [startedAs]: invocation.program, NODE_DISABLE_COMPILE_CACHE: '1' },
    stdio: 'inherit',
  });
  // It puts everything away by itself, and its exit code says how it ended.
  signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  const [code, ended] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return code ?? 128 + (ended === null ? 0 : constants.signals[ended]);
}

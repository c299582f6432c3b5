import { endGroup, startGroup } from '../../../agent/command/process-group.ts';
import { DocketError } from '../../../contracts/docket-error.ts';
import { keyRemover } from '../../../contracts/key-remover.ts';
import type { WorkerCommand } from '../../../workers/worker-process.ts';

/** Installing takes minutes; more than this is no work but a hang. */
const longestMs = 10 * 60_000;
const mostKept = 4000;

export interface SetUpRun {
  /** Whose it is, for messages: `Main's`. */
  readonly whose: string;
  readonly command: readonly string[];
  readonly directory: string;
  /** What a worker of the checkout is started with: a set-up gets no more. */
  readonly worker: Pick<WorkerCommand, 'environment' | 'secrets'>;
  readonly signal: AbortSignal;
}

/**
 * Runs a set-up to its end, as a process group of its own: what it started ends with it.
 * @throws {DocketError} when it cannot be started, fails or does not end, with what it printed last; the signal's reason at an abort
 */
export async function runSetUp({ whose, command, directory, worker, signal }: SetUpRun): Promise<void> {
  signal.throwIfAborted();
  const [program = '', ...words] = command;
  const child = startGroup({ program, arguments: words, directory, environment: worker.environment });
  child.stdin.end();
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed = (printed + chunk).slice(-mostKept)));
  const kill = () => endGroup(child);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, longestMs);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const why = await new Promise<string | undefined>((resolve) => {
      child.on('error', (error) => resolve(`could not be started (${(error as NodeJS.ErrnoException).code ?? error.message})`));
      child.on('close', (code, ended) =>
        resolve(code === 0 ? undefined : ended ? `was ended by ${ended}` : `ended with exit code ${code}`),
      );
    });
    signal.throwIfAborted();
    if (why === undefined && !late) return;
    const last = keyRemover(...worker.secrets)(printed.trim().split('\n').slice(-12).join('\n'));
    throw new DocketError(
      `${whose} set-up failed: "${command.join(' ')}" ${late ? `did not end within ${longestMs / 60_000} minutes` : why} in ${directory}.${last === '' ? '' : ` It printed: ${last}`}\nSo nothing was tried. Run it there to see why, or correct "setup" of the agent.`,
    );
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
    kill();
  }
}

import { OutputTail } from './output-tail.ts';
import { endGroup, lastWordsMs, type Program, startGroup } from './process-group.ts';

/** How a program ended. */
export interface ProgramEnd {
  /** Its standard output; cut off where there was more than the limit. */
  readonly output: Buffer;
  readonly isTooLong: boolean;
  /** What it logged last, as a sentence. */
  readonly logged: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Runs a program to its end, and everything that it started with it.
 * @param input written to its standard input, which is then closed
 * @param longest most bytes of output; more end it
 * @param onStart given what it will have logged
 * @throws {NodeJS.ErrnoException} when it could not be started
 * @throws the signal's reason at an abort
 */
export function runOnce(
  program: Program,
  {
    input,
    longest,
    signal,
    onStart,
  }: { readonly input: string; readonly longest: number; readonly signal: AbortSignal; readonly onStart: (logged: OutputTail) => void },
): Promise<ProgramEnd> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = startGroup(program);
    const logged = new OutputTail(child.stderr);
    onStart(logged);
    const chunks: Buffer[] = [];
    let length = 0;
    const aborted = () => {
      endGroup(child);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', aborted, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      if (length > longest) return;
      chunks.push(chunk);
      length += chunk.length;
      if (length > longest) endGroup(child);
    });
    child.on('error', (error) => {
      signal.removeEventListener('abort', aborted);
      reject(error);
    });
    child.on('exit', () => {
      endGroup(child);
      setTimeout(() => [child.stdout, child.stderr].map((stream) => stream.destroy()), lastWordsMs).unref();
    });
    child.on('close', (code, by) => {
      signal.removeEventListener('abort', aborted);
      resolve({ output: Buffer.concat(chunks), isTooLong: length > longest, logged: logged.sentence(), code, signal: by });
    });
    child.stdin.end(input);
  });
}

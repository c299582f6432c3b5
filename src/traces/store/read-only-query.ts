import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DocketError } from '../../contracts/docket-error.ts';
import type { QueryLimits, QueryResult } from './trace-store.ts';

/** Most text that comes back from one query, in bytes. */
const mostOutput = 64 * 1024 * 1024;
/** Time for a process to begin, on top of the query's own, in milliseconds. */
const startMs = 1000;

/** Most memory of a query's process when nobody says how much, in bytes. */
const mostMemory = 1024 * 1024 * 1024;

/** What the query process reads. */
export interface QueryOrder {
  readonly path: string;
  readonly sql: string;
  readonly rows: number;
  readonly memoryBytes: number;
  /** The process that waits for the answer; without it nobody does. */
  readonly asker: number;
}

/** What the query process prints. */
export type QueryAnswer = ({ readonly kind: 'rows' } & QueryResult) | { readonly kind: 'refused'; readonly message: string };

/**
 * Runs a person's SELECT in a process of its own: SQLite in this process could not be stopped once it runs, and a process can always be killed. Meanwhile this process
 * goes on.
 * @throws {DocketError} when it is refused, wrong, exceeds a limit, or is no longer wanted
 */
export async function queryReadOnly(path: string, sql: string, limits: QueryLimits): Promise<QueryResult> {
  if (path === ':memory:') throw new DocketError('A store in memory cannot be queried with SQL. Open one in a file.');
  const memoryBytes = limits.memoryBytes ?? mostMemory;
  const order: QueryOrder = { path, sql, rows: limits.rows, memoryBytes, asker: process.pid };
  const { output, ended, code, signal } = await asked(order, limits);
  switch (ended) {
    case 'size':
      throw new DocketError('The answer is larger than 64 MiB. Select fewer columns or rows.');
    case 'time':
      throw new DocketError(
        `The query took longer than ${limits.milliseconds / 1000} s and was ended. Narrow it (a LIMIT, a condition), or give it more time (--seconds).`,
      );
    case 'asker':
      throw new DocketError('The query was cancelled, and was ended.');
  }
  if (signal === 'SIGKILL') {
    throw new DocketError(
      `The query took more than ${memoryBytes / 1024 / 1024} MiB of memory and was ended. Narrow it: fewer rows to sort or to join, shorter values.`,
    );
  }
  const answer = answerOf(output);
  if (!answer) throw new Error(`The query's process ended with ${signal ?? `code ${code}`} and no answer.`);
  if (answer.kind === 'refused') throw new DocketError(answer.message);
  const { columns, rows, cut } = answer;
  return { columns, rows, cut };
}

/** How a query's process ended; `ended` says who ended it, where it was not the process itself. */
interface Ended {
  readonly output: string;
  readonly ended: 'size' | 'time' | 'asker' | undefined;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

function asked(order: QueryOrder, { milliseconds, signal: cancelled }: QueryLimits): Promise<Ended> {
  return new Promise((resolve, reject) => {
    // Nothing of the environment is needed, and options for Node.js in it would change how the process starts.
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', processFile()], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {},
    });
    let ended: Ended['ended'];
    const end = (why: Ended['ended']) => {
      ended ??= why;
      child.kill('SIGKILL');
    };
    const cancel = () => end('asker');
    const timer = setTimeout(() => end('time'), milliseconds + startMs);
    cancelled?.addEventListener('abort', cancel, { once: true });
    if (cancelled?.aborted) cancel();
    const pieces: Buffer[] = [];
    let bytes = 0;
    child.stdout.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > mostOutput) end('size');
      else pieces.push(piece);
    });
    const settle = () => {
      clearTimeout(timer);
      cancelled?.removeEventListener('abort', cancel);
    };
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('close', (code, signal) => {
      settle();
      resolve({ output: Buffer.concat(pieces).toString(), ended, code, signal });
    });
    // It may have been ended before it read its order.
    child.stdin.on('error', () => {});
    child.stdin.end(JSON.stringify(order));
  });
}

/** Its own file beside this one, in TypeScript or built. */
function processFile(): string {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./query-process.${ending}`, import.meta.url));
}

function answerOf(text: string): QueryAnswer | undefined {
  try {
    return JSON.parse(text) as QueryAnswer;
  } catch {
    return undefined;
  }
}

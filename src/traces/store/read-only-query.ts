import { spawnSync } from 'node:child_process';
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
 * Runs a person's SELECT in a process of its own: SQLite in this process could not be stopped once it runs, and a process can always be killed.
 * @throws {DocketError} when it is refused, wrong, or exceeds a limit
 */
export function queryReadOnly(path: string, sql: string, limits: QueryLimits): QueryResult {
  if (path === ':memory:') throw new DocketError('A store in memory cannot be queried with SQL. Open one in a file.');
  const memoryBytes = limits.memoryBytes ?? mostMemory;
  const { stdout, error, status, signal } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', processFile()], {
    input: JSON.stringify({ path, sql, rows: limits.rows, memoryBytes, asker: process.pid } satisfies QueryOrder),
    timeout: limits.milliseconds + startMs,
    killSignal: 'SIGKILL',
    maxBuffer: mostOutput,
    stdio: ['pipe', 'pipe', 'ignore'],
    // Nothing of the environment is needed, and options for Node.js in it would change how the process starts.
    env: {},
  });
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOBUFS') throw new DocketError('The answer is larger than 64 MiB. Select fewer columns or rows.');
  if (code === 'ETIMEDOUT') {
    throw new DocketError(
      `The query took longer than ${limits.milliseconds / 1000} s and was ended. Narrow it (a LIMIT, a condition), or give it more time (--seconds).`,
    );
  }
  if (signal === 'SIGKILL') {
    throw new DocketError(
      `The query took more than ${memoryBytes / 1024 / 1024} MiB of memory and was ended. Narrow it: fewer rows to sort or to join, shorter values.`,
    );
  }
  if (error) throw error;
  const answer = answerOf(stdout.toString());
  if (!answer) throw new Error(`The query's process ended with ${signal ?? `code ${status}`} and no answer.`);
  if (answer.kind === 'refused') throw new DocketError(answer.message);
  const { columns, rows, cut } = answer;
  return { columns, rows, cut };
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

import type { TraceStatements } from './trace-statements.ts';

/** Most log records that wait for their span, and the most characters of all of them: a span that never comes must not fill the disk. */
export const mostWaiting = { records: 20_000, bytes: 64 * 1024 * 1024 } as const;

/** Lets go of the oldest log records that wait, until no more than is allowed are left. @returns how many */
export function dropOldestLogs(statements: TraceStatements): number {
  let { records, bytes } = statements.waiting.get() as { records: number; bytes: number };
  if (records <= mostWaiting.records && bytes <= mostWaiting.bytes) return 0;
  let dropped = 0;
  for (const row of statements.oldestWaiting.all() as { id: number; bytes: number }[]) {
    if (records <= mostWaiting.records && bytes <= mostWaiting.bytes) break;
    statements.forgetWaiting.run(row.id);
    records -= 1;
    bytes -= row.bytes;
    dropped += 1;
  }
  return dropped;
}

import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { z } from 'zod';
import { DocketError } from '../../contracts/docket-error.ts';
import { textLines } from './text-lines.ts';

/** What a line of results is known by when a run goes on. */
const resultSchema = z.object({
  line: z.int().positive(),
  inputFingerprint: z.string(),
  version: z.object({ name: z.string(), fingerprint: z.string() }),
});

/** What an earlier run left in the file of results. */
export interface EarlierResults {
  /** Fingerprints of the inputs that are decided, by line. */
  readonly results: ReadonlyMap<number, string>;
  /** Bytes that stay: a crash may have left the beginning of a line behind them. */
  readonly bytes: number;
  /** True when only the newline of the last line is missing. */
  readonly endsOpen: boolean;
}

/**
 * Reads what is there already.
 * @param decides who decides now
 * @throws {DocketError} when it cannot be read, holds something else, or another version's results
 */
export async function earlierResults(
  file: string,
  decides: { readonly name: string; readonly fingerprint: string },
): Promise<EarlierResults> {
  const stats = statSync(file, { throwIfNoEntry: false });
  const results = new Map<number, string>();
  if (!stats?.isFile() || stats.size === 0) return { results, bytes: 0, endsOpen: false };
  const whole = endOfLastLine(file, stats.size);
  let number = 0;
  for await (const text of textLines(file, whole)) {
    number += 1;
    keep(resultIn(text));
  }
  if (whole === stats.size) return { results, bytes: whole, endsOpen: false };
  const tail = bytesOf(file, whole, stats.size).toString('utf8');
  number += 1;
  const last = resultIn(tail);
  if (last) keep(last);
  // What else stands alone in a file is not ours to take away.
  else if (whole === 0 && !begins(tail)) throw notOurs();
  return { results, bytes: last ? stats.size : whole, endsOpen: last !== undefined };

  function keep(result: z.infer<typeof resultSchema> | undefined): void {
    if (!result || results.has(result.line)) throw notOurs();
    const { version } = result;
    if (version.fingerprint !== decides.fingerprint)
      throw new DocketError(
        `${file} holds results of ${version.name} (fingerprint ${version.fingerprint.slice(0, 12)}); now ${decides.name} (${decides.fingerprint.slice(0, 12)}) would decide. Give another --output, or run the same version in the same mode again.`,
      );
    results.set(result.line, result.inputFingerprint);
  }

  function notOurs(): DocketError {
    return new DocketError(`${file}:${number} is no result of docket decide --lines, so nothing is added to it. Give another --output.`);
  }
}

/** How every result begins. */
export const beginning = '{"line":';

function begins(tail: string): boolean {
  return tail.startsWith(beginning) || beginning.startsWith(tail);
}

const portion = 64 * 1024;

/** Bytes up to and with the last newline. */
function endOfLastLine(file: string, size: number): number {
  for (let end = size; end > 0; end -= portion) {
    const start = Math.max(0, end - portion);
    const at = bytesOf(file, start, end).lastIndexOf('\n');
    if (at >= 0) return start + at + 1;
  }
  return 0;
}

function bytesOf(file: string, start: number, end: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(end - start);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, start));
  } finally {
    closeSync(descriptor);
  }
}

function resultIn(text: string): z.infer<typeof resultSchema> | undefined {
  try {
    return resultSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

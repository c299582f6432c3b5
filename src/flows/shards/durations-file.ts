import { join } from 'node:path';
import { z } from 'zod';
import { readCheckoutFile, repositoryAround, writeCheckoutFile } from '../../contracts/checkout-file.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { plainLine } from '../../text/hostile-text.ts';

/** A day. */
const longest = 86_400_000;

const durationsSchema = z.strictObject({
  format: z.literal(1),
  /** Milliseconds that one trial takes, by case. */
  cases: z.record(z.string().min(1).max(200), z.number().gt(0).max(longest)),
});

/** Milliseconds that a trial takes, by case id. */
export type Durations = ReadonlyMap<string, number>;

/** Path of the committed durations below a project's root. */
export function durationsFile(root: string): string {
  return join(root, 'reports', 'durations.json');
}

/**
 * Reads `reports/durations.json`; empty when there is none.
 * @throws {DocketError} when it is damaged: shards that read it otherwise would divide the trials otherwise
 */
export function readDurations(root: string): Durations {
  const file = durationsFile(root);
  const read = readCheckoutFile(file, repositoryAround(root));
  if ('fault' in read) {
    if (read.missing) return new Map();
    throw new DocketError(`${file}: ${read.fault}.`);
  }
  try {
    const { cases } = durationsSchema.parse(JSON.parse(read.text));
    return new Map(Object.entries(cases));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new DocketError(`${file}: holds no durations (${plainLine(reason)}). Write it anew: docket durations. Or remove it.`, { cause });
  }
}

/** A measured duration changes the file only where it is further from it than this: a plan should not change with every run. */
const noteworthy = 1.25;

/** The durations that are to be written: what was measured, but what stood there where it is about the same. Cases that are gone go. */
export function settledDurations(before: Durations, measured: Durations, caseIds: readonly string[]): Map<string, number> {
  const settled = new Map<string, number>();
  for (const id of caseIds.toSorted()) {
    const [old, now] = [before.get(id), measured.get(id)];
    const isSame = old !== undefined && (now === undefined || Math.max(now / old, old / now) <= noteworthy);
    const duration = isSame ? old : now;
    if (duration !== undefined) settled.set(id, isSame ? duration : Math.min(longest, Math.max(0.01, Number(duration.toPrecision(3)))));
  }
  return settled;
}

/**
 * Writes `reports/durations.json`, a case a line.
 * @throws {DocketError} when the folder cannot be written
 */
export function writeDurations(root: string, durations: Durations): string {
  const file = durationsFile(root);
  const lines = [...durations].map(([id, milliseconds]) => `    ${JSON.stringify(id)}: ${milliseconds}`);
  const text = `{\n  "format": 1,\n  "cases": {\n${lines.join(',\n')}\n  }\n}\n`;
  const unwritten = writeCheckoutFile(file, repositoryAround(root), [text]);
  if (unwritten) throw new DocketError(`${file}: ${unwritten.fault}.`);
  return file;
}

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import { DocketError } from '../../contracts/docket-error.ts';
import { type ReportedCase, type ReportedTrial, reportedCaseSchema, reportedTrialSchema } from '../../contracts/reported-case.ts';
import { type ComparedReport, reportSchema } from '../../contracts/verdict.ts';
import { withTrialsOnDemand } from '../../flows/trials-on-demand.ts';

/** Where the trials of one side stand in the file, in bytes. */
interface Region {
  readonly offset: number;
  readonly length: number;
}

type Side = 'baseline' | 'candidate';

const trialsSchema = z.array(reportedTrialSchema);
const chunkSize = 1024 * 1024;
/** What stands around the cases is short; a file that goes on without them is written otherwise. */
const longestHead = 16 * chunkSize;
const lineEnd = '\n'.charCodeAt(0);

/**
 * A report as it is written here, a member a line, so that its lines alone say where each case and each side's trials begin and end. The trials stay in
 * the file, which is open as long as there is somebody to read them, and are read whenever they are asked for: a report may be larger than the memory.
 * In steps, for who does something else between them.
 * @returns undefined when it is not written so, or is no report with cases: then it can only be read whole
 * @throws {Error} when the file cannot be read
 */
export function* readingReport(path: string): Generator<void, ComparedReport | undefined> {
  const file = new OpenFile(path);
  const head: string[] = [];
  const cases: ReportedCase[] = [];
  let lines: string[] | undefined;
  let regions: Partial<Record<Side, Region>> = {};
  let side: Side | undefined;
  let trialsFrom: number | undefined;
  let within: 'head' | 'cases' = 'head';
  let headLength = 0;
  for (const { offset, bytes } of file.lines()) {
    if (trialsFrom !== undefined) {
      if (!closesTrials(bytes)) continue;
      if (side) regions[side] = { offset: trialsFrom, length: offset + '    ]'.length - trialsFrom };
      trialsFrom = undefined;
      lines?.push(`]${bytes.toString().slice('    ]'.length)}`);
      continue;
    }
    const line = bytes.toString();
    if (within === 'head') {
      head.push(line);
      headLength += line.length;
      if (headLength > longestHead) return undefined;
      if (line === ' "cases": [') within = 'cases';
    } else if (lines === undefined) {
      if (line === '  {') lines = [line];
      else if (line === ' ]' || line === ' ],') {
        head.push(line);
        within = 'head';
      } else return undefined;
    } else if (line === '  }' || line === '  },') {
      const found = caseOf(file, `${lines.join('\n')}}`, regions);
      if (!found) return undefined;
      cases.push(found);
      yield;
      [lines, regions, side] = [undefined, {}, undefined];
    } else {
      lines.push(line);
      if (/^ {3}\S/.test(line)) side = /^ {3}"(baseline|candidate)": \{$/.exec(line)?.[1] as Side | undefined;
      // An input may have a member of this name as well.
      else if (side && line === '    "trials": [') trialsFrom = offset + line.length - 1;
    }
  }
  if (lines !== undefined) return undefined;
  const parsed = reportSchema.safeParse(jsonIn(head.join('\n')));
  if (!parsed.success || !('cases' in parsed.data)) return undefined;
  // Cases whose lines were not found are in the head.
  return parsed.data.cases.length > 0 ? undefined : { ...parsed.data, cases };
}

/** Of a side without trials there is no region. */
function caseOf(file: OpenFile, text: string, regions: Partial<Record<Side, Region>>): ReportedCase | undefined {
  const parsed = reportedCaseSchema.safeParse(jsonIn(text));
  if (!parsed.success) return undefined;
  const arm = (side: Side) => {
    const region = regions[side];
    if (!region) return parsed.data[side];
    const { trials: _, infraErrors, ...counts } = parsed.data[side];
    return withTrialsOnDemand(counts, new WrittenTrials(file, region), { infraErrors });
  };
  const read = { ...parsed.data, baseline: arm('baseline'), candidate: arm('candidate') };
  try {
    // Looked at once before anything is written.
    for (const side of ['baseline', 'candidate'] as const) if (regions[side]) void read[side].trials;
    return read;
  } catch {
    return undefined;
  }
}

class WrittenTrials {
  readonly #file: OpenFile;
  readonly #region: Region;

  constructor(file: OpenFile, region: Region) {
    this.#file = file;
    this.#region = region;
  }

  *[Symbol.iterator](): Generator<ReportedTrial> {
    const parsed = trialsSchema.safeParse(jsonIn(this.#file.text(this.#region)));
    if (!parsed.success)
      throw new DocketError(`${this.#file.path}: was changed while it was being read. Leave it as it is, and run the same command again.`);
    yield* parsed.data;
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Bytes 0 to 4 of the line that ends a side's trials: what is inside of them stands further in. */
function closesTrials(line: Buffer): boolean {
  return line.length <= '    ],'.length && line.toString().startsWith('    ]');
}

/** Replaced or removed, it stays what it was. */
class OpenFile {
  readonly path: string;
  readonly #descriptor: number;

  constructor(path: string) {
    this.path = path;
    this.#descriptor = openSync(path, 'r');
    unused.register(this, this.#descriptor);
  }

  text({ offset, length }: Region): string {
    const bytes = Buffer.allocUnsafe(length);
    for (let done = 0; done < length; ) {
      const read = readSync(this.#descriptor, bytes, done, length - done, offset + done);
      if (read === 0) break;
      done += read;
    }
    return bytes.toString();
  }

  /** Each line without its end, and where it begins. */
  *lines(): Generator<{ readonly offset: number; readonly bytes: Buffer }> {
    const { size } = fstatSync(this.#descriptor);
    let begun: Buffer[] = [];
    let offset = 0;
    for (let at = 0; at < size; ) {
      const chunk = Buffer.allocUnsafe(Math.min(chunkSize, size - at));
      const read = readSync(this.#descriptor, chunk, 0, chunk.length, at);
      if (read === 0) break;
      let from = 0;
      for (let end = chunk.indexOf(lineEnd); end >= 0 && end < read; end = chunk.indexOf(lineEnd, from)) {
        const rest = chunk.subarray(from, end);
        yield { offset, bytes: begun.length === 0 ? rest : Buffer.concat([...begun, rest]) };
        begun = [];
        from = end + 1;
        offset = at + from;
      }
      if (from < read) begun.push(chunk.subarray(from, read));
      at += read;
    }
    if (begun.length > 0) yield { offset, bytes: Buffer.concat(begun) };
  }
}

const unused = new FinalizationRegistry<number>((descriptor) => closeSync(descriptor));

import { fingerprintInput } from '../../agent/fingerprint.ts';
import { resolveVersion } from '../../agent/version.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { readInput } from '../decide/read-input.ts';
import type { PreparedVersion, Session } from '../session.ts';
import { textLines } from './text-lines.ts';

/** One line of the file, as the agent takes it. */
export interface InputLine {
  /** Counted from 1; blank lines count, and hold no input. */
  readonly line: number;
  readonly input: JsonObject;
  readonly fingerprint: string;
  /** Which time the file holds this very input, from 1: each is decided by itself. */
  readonly number: number;
}

/** A line that is no input of the agent. */
export interface BadLine {
  readonly line: number;
  readonly faults: readonly string[];
}

/** Told apart by `faults`. */
export type ReadLine = InputLine | BadLine;

/**
 * Reads a file of inputs, one JSON object a line, however long it is.
 * @throws {DocketError} when it cannot be read, or is no file that can be read twice
 */
export async function* readLines(session: Session, prepared: PreparedVersion, file: string): AsyncGenerator<ReadLine, void> {
  const version = resolveVersion(session.agent, prepared.version.name);
  const seen = new Map<string, number>();
  let line = 0;
  for await (const text of textLines(file)) {
    line += 1;
    const json = line === 1 ? text.replace(/^\uFEFF/, '') : text;
    if (json.trim() === '') continue;
    const parsed = parse(json);
    const read = 'fault' in parsed ? { kind: 'faulty' as const, faults: [parsed.fault] } : readInput(session.agent, version, parsed.value);
    if (read.kind === 'faulty') {
      yield { line, faults: read.faults };
      continue;
    }
    const fingerprint = fingerprintInput(read.input);
    const number = (seen.get(fingerprint) ?? 0) + 1;
    seen.set(fingerprint, number);
    yield { line, input: read.input, fingerprint, number };
  }
}

function parse(text: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { fault: `is not JSON (${(error as Error).message})` };
  }
}

/** What a file of inputs comes to. */
export interface CheckedLines {
  /** Lines that are to be decided. */
  readonly pending: number;
  /** Lines whose results are there already. */
  readonly done: number;
  /** Lines that are no input, and how many of them there are in all. */
  readonly bad: readonly BadLine[];
  readonly allBad: number;
}

/** Bad lines that are told; the rest is counted. */
const mostTold = 20;

/**
 * Reads every line before anything is asked, and holds what was decided earlier against it.
 * @param results fingerprints of inputs whose results are there, by line
 * @throws {DocketError} when the results are of another file, or nothing is there
 */
export async function checkLines(
  lines: AsyncIterable<ReadLine>,
  {
    input,
    output,
    results,
  }: { readonly input: string; readonly output: string | undefined; readonly results: ReadonlyMap<number, string> },
): Promise<CheckedLines> {
  const bad: BadLine[] = [];
  let [pending, done, allBad] = [0, 0, 0];
  for await (const each of lines) {
    const before = results.get(each.line);
    if ('faults' in each) {
      allBad += 1;
      if (bad.length < mostTold) bad.push(each);
    } else if (before === undefined) pending += 1;
    else if (before === each.fingerprint) done += 1;
    else throw otherFile(each.line);
  }
  if (done < results.size) throw otherFile();
  if (pending + done + allBad === 0) throw new DocketError(`${input} holds no line. Expected one JSON object a line.`);
  return { pending, done, bad, allBad };

  function otherFile(line?: number): DocketError {
    return new DocketError(
      `${output} holds results of other inputs than those of ${input}${line === undefined ? '' : `: line ${line} is another one there`}. Give another --output, or move that file away.`,
    );
  }
}

import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import { readCheckoutFile, repositoryAround } from '../../contracts/checkout-file.ts';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import { type JsonObject, type JsonValue, jsonObjectSchema, jsonValueSchema } from '../../contracts/json.ts';
import { answerSchema } from '../answer-schema.ts';
import type { ModelAnswer } from '../model.ts';
import { withKey } from './canonical-request.ts';

const hexSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** Most bytes of one file; a text cannot be twice as long. */
const largest = 256 * 1024 * 1024;

/** First line of a file: what all its requests share. */
const headSchema = z.strictObject({ conversation: jsonObjectSchema });

/** Every other line: one answer. */
const sampleSchema = z.strictObject({
  /** Messages in the request: orders the lines as the conversation went. */
  turn: z.int().positive(),
  key: hexSchema,
  /** Number of the trial that got this answer; the same trial gets it again. */
  trial: z.int().positive(),
  messages: z.array(jsonValueSchema),
  // Checked, not parsed: parsing would order its members anew.
  answer: z.custom<ModelAnswer>((value) => answerSchema.safeParse(value).success, 'is not a Messages API answer'),
  /** Digest of key, trial and answer: an answer that was changed afterwards is no evidence. */
  seal: hexSchema,
});

export interface Sample {
  readonly key: string;
  readonly trial: number;
  readonly messages: JsonValue[];
  readonly answer: ModelAnswer;
}

/** One file of `evals/recordings/`: all recorded answers to requests that begin alike. */
export interface Recording {
  readonly conversation: JsonObject;
  readonly samples: readonly Sample[];
}

/**
 * Reads a recording and checks every line against its content.
 * @returns undefined when there is no such file
 * @throws {DocketError} naming file and line when it was changed by hand or damaged
 */
export function readRecording(path: string): Recording | undefined {
  const read = readCheckoutFile(path, repositoryAround(dirname(path)), largest);
  if ('fault' in read) {
    if (read.missing) return undefined;
    throw new DocketError(`${path}: ${read.fault}.`);
  }
  const lines = read.text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const [head, ...rest] = lines;
  const { conversation } = readLine(headSchema, head ?? '', path, 1);
  const samples = rest.map((line, index) => readSample(conversation, line, path, index + 2));
  const seen = new Set<string>();
  for (const [index, { key, trial }] of samples.entries()) {
    if (seen.has(`${key} ${trial}`)) throw damaged(path, index + 2, `trial ${trial} has two answers to the same request`);
    seen.add(`${key} ${trial}`);
  }
  return { conversation, samples };
}

/**
 * Writes a recording: sorted, one line a sample, all of it or nothing.
 * @throws {DocketError} when it cannot be written; what was there before stays as it was
 */
export function writeRecording(path: string, { conversation, samples }: Recording): void {
  const sorted = samples.toSorted(
    (a, b) => a.messages.length - b.messages.length || (a.key < b.key ? -1 : a.key > b.key ? 1 : a.trial - b.trial),
  );
  const text = [JSON.stringify({ conversation }), ...sorted.map(lineOf), ''].join('\n');
  const draft = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(draft, text);
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw unwritable(path, cause as NodeJS.ErrnoException);
  }
}

/** A long recording is written again with each answer: what has a line already keeps it. */
const lines = new WeakMap<Sample, string>();

function lineOf(sample: Sample): string {
  const { key, trial, messages, answer } = sample;
  const line =
    lines.get(sample) ?? JSON.stringify({ turn: messages.length, key, trial, messages, answer, seal: sealOf(key, trial, answer) });
  lines.set(sample, line);
  return line;
}

function readSample(conversation: JsonObject, line: string, path: string, lineNumber: number): Sample {
  const { turn, key, trial, messages, answer, seal } = readLine(sampleSchema, line, path, lineNumber);
  const sample = { key, trial, messages, answer };
  if (turn !== messages.length || withKey(conversation, messages).key !== key)
    throw damaged(path, lineNumber, 'its key does not belong to its request');
  if (sealOf(key, trial, sample.answer) !== seal) throw damaged(path, lineNumber, 'its answer is not the one that was recorded');
  return sample;
}

function readLine<T>(schema: z.ZodType<T>, line: string, path: string, lineNumber: number): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw damaged(path, lineNumber, 'it is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw damaged(path, lineNumber, `${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'is not valid'}`);
}

function sealOf(key: string, trial: number, answer: ModelAnswer): string {
  return sha256(`${key} ${trial} ${canonicalJson(answer as unknown as JsonValue)}`);
}

function damaged(path: string, line: number, what: string): DocketError {
  return new DocketError(
    `${path}:${line}: the recording was changed or damaged: ${what}. Restore the file from git, or delete it and record again.`,
  );
}

function unwritable(path: string, cause: NodeJS.ErrnoException): DocketError {
  const full = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(cause.code ?? '');
  const why = full ? 'the disk is full' : `it cannot be written (${cause.code})`;
  const what = full ? 'Free space' : 'Make the folder writable';
  return new DocketError(
    `${basename(path)} was not recorded: ${why}. Answers recorded before are intact. ${what} and run the same command again.`,
    { cause, exitCode: full ? exitCodes.incomplete : exitCodes.usage },
  );
}

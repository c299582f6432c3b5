import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../contracts/canonical-json.ts';
import type { CanonicalRequest } from './canonical-request.ts';
import { type Difference, firstDifference } from './first-difference.ts';
import { type Recording, readRecording, type Sample, writeRecording } from './recording-file.ts';

/** A recording that resembles a request, and where they part. */
export interface Nearest {
  readonly file: string;
  readonly difference: Difference;
}

/** The folder of recordings, one file a conversation's start. */
export class Recordings {
  readonly directory: string;
  readonly #read = new Map<string, { readonly stamp: string; readonly recording: Recording }>();

  constructor(directory: string) {
    this.directory = directory;
  }

  /** All recorded answers to a request. @throws {DocketError} when the file is damaged */
  samples(request: CanonicalRequest): Sample[] {
    return this.#open(fileOf(request))?.samples.filter(({ key }) => key === request.key) ?? [];
  }

  /** What one trial got. @throws {DocketError} when the file is damaged */
  sample(request: CanonicalRequest, trialNumber: number): Sample | undefined {
    return this.samples(request).find(({ trial }) => trial === trialNumber);
  }

  /** Adds an answer, or replaces the one the same trial got before. @throws {DocketError} when it cannot be written */
  add(request: CanonicalRequest, sample: Sample): void {
    const file = fileOf(request);
    const others = this.#open(file)?.samples.filter(({ key, trial }) => key !== sample.key || trial !== sample.trial) ?? [];
    const recording = { conversation: request.conversation, samples: [...others, sample] };
    const path = join(this.directory, file);
    writeRecording(path, recording);
    this.#read.set(file, { stamp: stampOf(path), recording });
  }

  /** The recording whose request is equal for longest; undefined when there is none at all. */
  nearest(request: CanonicalRequest): Nearest | undefined {
    const own = fileOf(request);
    const files = this.#files();
    // Conversations that begin alike are nearer than all others.
    const candidates = files.includes(own) ? [own] : files;
    let best: Nearest | undefined;
    for (const file of candidates) {
      const recording = this.#open(file);
      for (const { messages } of recording?.samples ?? []) {
        const difference = firstDifference(
          { ...recording?.conversation, messages },
          { ...request.conversation, messages: request.messages },
        );
        if (difference && (!best || difference.equalBefore > best.difference.equalBefore)) best = { file, difference };
      }
    }
    return best;
  }

  #files(): string[] {
    try {
      return readdirSync(this.directory)
        .filter((file) => file.endsWith('.jsonl'))
        .sort();
    } catch {
      return [];
    }
  }

  /** Reads a file again only when it has changed. */
  #open(file: string): Recording | undefined {
    const path = join(this.directory, file);
    const stamp = stampOf(path);
    const known = this.#read.get(file);
    if (known?.stamp === stamp) return known.recording;
    const recording = readRecording(path);
    if (recording) this.#read.set(file, { stamp, recording });
    return recording;
  }
}

/** Changes whenever the file does. */
function stampOf(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  return `${status?.mtimeMs} ${status?.size} ${status?.ino}`;
}

/** Named by the model, and by what the first request of a conversation holds. */
function fileOf({ conversation, messages }: CanonicalRequest): string {
  const model = String(conversation.model)
    .replaceAll(/[^A-Za-z0-9.-]/g, '-')
    .replace(/^\.+/, '')
    .slice(0, 64);
  const start = sha256(JSON.stringify([conversation, messages[0] ?? null]));
  return `${model}-${start.slice(0, 16)}.jsonl`;
}

import { createContext } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import type { Transcript } from '../../contracts/transcript.ts';
import type { CaseDetail, PageArm, PageCase, TrialDetail } from './page-data.ts';

/** Reads a chunk of details, each once. */
export type ReadChunk = (number: number) => Promise<readonly CaseDetail[]>;

/** Reads each chunk once. */
export function readingOnce(read: ReadChunk): ReadChunk {
  const known = new Map<number, Promise<readonly CaseDetail[]>>();
  return (number) => {
    const reading = known.get(number) ?? read(number);
    known.set(number, reading);
    // What failed is tried again.
    reading.catch(() => known.delete(number));
    return reading;
  };
}

/** Decodes a chunk that the page embeds; the browser decompresses it, and nothing is fetched. */
const readEmbedded = readingOnce(async (number) => {
  const text = document.getElementById(`chunk-${number}`)?.textContent ?? '';
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(plain).json()) as readonly CaseDetail[];
});

/** Where details come from: out of the page itself, unless it has a server. */
export const ReadChunkContext = createContext<ReadChunk>(readEmbedded);

/** The details of a case; undefined while they are read. */
export function useCaseDetail({ id, chunk, place }: PageCase): CaseDetail | undefined {
  const read = useContext(ReadChunkContext);
  const [loaded, setLoaded] = useState<{ readonly id: string; readonly detail: CaseDetail | undefined }>();
  const [fault, setFault] = useState<unknown>();
  useEffect(() => {
    let current = true;
    read(chunk).then(
      (details) => current && setLoaded({ id, detail: details[place] }),
      (error: unknown) => current && setFault(error),
    );
    return () => {
      current = false;
    };
  }, [id, chunk, place, read]);
  if (fault !== undefined) throw fault;
  return loaded?.id === id ? loaded.detail : undefined;
}

/** Reads what happened in a trial whose transcript the details leave out. */
export type ReadTranscript = (stored: NonNullable<PageArm['stored']>, series: string, number: number) => Promise<Transcript>;

/** Where transcripts come from that were left out: from nowhere, unless the page has a server. */
export const ReadTranscriptContext = createContext<ReadTranscript | undefined>(undefined);

/** A trial whose transcript may have to be read. */
export interface LeftOut {
  readonly detail: TrialDetail;
  readonly number: number;
  readonly stored: PageArm['stored'];
}

/** What is known of transcripts that were left out: those that were read, by name, and why one was not. */
export interface ReadTranscripts {
  readonly of: (trial: LeftOut) => Transcript | undefined;
  readonly isReading: boolean;
  readonly fault?: string;
}

/** Reads the transcripts of these trials that are not at hand. */
export function useTranscripts(trials: readonly LeftOut[]): ReadTranscripts {
  const read = useContext(ReadTranscriptContext);
  const [known, setKnown] = useState<ReadonlyMap<string, Transcript | Error>>(new Map());
  const missing = read ? trials.filter((trial) => trial.detail.transcript === undefined && trial.stored && !known.has(nameOf(trial))) : [];
  const asked = useRef(new Set<string>());
  useEffect(() => {
    const put = (name: string, value: Transcript | Error) => setKnown((before) => new Map(before).set(name, value));
    for (const trial of missing) {
      const name = nameOf(trial);
      if (!read || !trial.stored || asked.current.has(name)) continue;
      asked.current.add(name);
      read(trial.stored, trial.detail.series, trial.number).then(
        (transcript) => put(name, transcript),
        (error: unknown) => put(name, error instanceof Error ? error : new Error(String(error))),
      );
    }
  }, [read, missing.map(nameOf).join('\n')]);
  const faults = trials.flatMap((trial) => known.get(nameOf(trial)) ?? []).filter((value) => value instanceof Error);
  return {
    of(trial) {
      const found = known.get(nameOf(trial));
      return trial.detail.transcript ?? (found instanceof Error ? undefined : found);
    },
    isReading: missing.length > 0,
    ...(faults[0] ? { fault: faults[0].message } : {}),
  };
}

function nameOf({ detail: { series }, number, stored }: LeftOut): string {
  return JSON.stringify([stored?.versionFingerprint, stored?.caseFingerprint, series, number]);
}

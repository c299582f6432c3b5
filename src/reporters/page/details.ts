import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { CaseDetail, PageCase } from './page-data.ts';

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

import { useEffect, useState } from 'preact/hooks';
import type { CaseDetail, PageCase } from './page-data.ts';

const decoded = new Map<number, Promise<readonly CaseDetail[]>>();

/** Decodes a chunk once; the browser decompresses it, and nothing is fetched. */
function readChunk(number: number): Promise<readonly CaseDetail[]> {
  const known = decoded.get(number);
  if (known) return known;
  const reading = (async () => {
    const text = document.getElementById(`chunk-${number}`)?.textContent ?? '';
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return (await new Response(plain).json()) as readonly CaseDetail[];
  })();
  decoded.set(number, reading);
  return reading;
}

/** The details of a case; undefined while they are decoded. */
export function useCaseDetail({ id, chunk, place }: PageCase): CaseDetail | undefined {
  const [loaded, setLoaded] = useState<{ readonly id: string; readonly detail: CaseDetail | undefined }>();
  useEffect(() => {
    let current = true;
    readChunk(chunk).then((details) => current && setLoaded({ id, detail: details[place] }));
    return () => {
      current = false;
    };
  }, [id, chunk, place]);
  return loaded?.id === id ? loaded.detail : undefined;
}

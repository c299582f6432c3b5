import type { VersionTry } from '../contracts/version-try.ts';
import type { TriedIndex } from './page/page-data.ts';
import { indexText, pageDocument } from './page-document.ts';
import { tryHeadline } from './version-try-words.ts';

/** A tried draft as one self-contained page. */
export function versionTryPage(result: VersionTry): string {
  const heading = `${result.version} after ${result.from}: ${tryHeadline(result).name}`;
  const data: TriedIndex = { tried: result };
  const contents = { title: `${heading} · Docket`, heading, sentence: result.reason, data: [indexText(data)], chunks: [] };
  return [...pageDocument(contents)].join('');
}

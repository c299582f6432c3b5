import type { VersionTry } from '../contracts/version-try.ts';
import { pageDocument } from './page-document.ts';
import { tryHeadline } from './version-try-words.ts';

/** A tried draft as one self-contained page. */
export function versionTryPage(result: VersionTry): string {
  const heading = `${result.version} after ${result.from}: ${tryHeadline(result).name}`;
  return pageDocument({ title: `${heading} · Docket`, heading, sentence: result.reason, data: { tried: result }, chunks: [] });
}

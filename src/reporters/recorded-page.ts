import type { RecordedIndex } from './page/page-data.ts';
import { pageDocument } from './page-document.ts';
import { recordedHeadline, recordedSentence } from './recorded-words.ts';

/** Recorded runs of two sides as one self-contained page. */
export function recordedPage(data: RecordedIndex): string {
  const { name } = recordedHeadline(data.recorded);
  const heading = `${name}: ${data.recorded.group.values.join(' and ')}`;
  return pageDocument({ title: `${heading} · Docket`, heading, sentence: recordedSentence(data.recorded), data, chunks: [] });
}

import type { RecordedIndex } from './page/page-data.ts';
import { indexText, pageDocument } from './page-document.ts';
import { recordedHeadline, recordedSentence } from './recorded-words.ts';

/** Recorded runs of two sides as one self-contained page. */
export function recordedPage(data: RecordedIndex): string {
  const { name } = recordedHeadline(data.recorded);
  const heading = `${name}: ${data.recorded.group.values.join(' and ')}`;
  const sentence = recordedSentence(data.recorded);
  return [...pageDocument({ title: `${heading} · Docket`, heading, sentence, data: [indexText(data)], chunks: [] })].join('');
}

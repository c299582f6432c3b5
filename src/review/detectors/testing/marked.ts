import { expect, test } from 'vitest';
import type { Detector } from '../detector.ts';

/** The text with what the detector finds between angle quotes, pseudonyms left out; of two that overlap the first counts, as where they are replaced. */
export function marked({ find, isInvented }: Detector, text: string): string {
  let result = '';
  let position = 0;
  for (const { start, end } of find(text).toSorted((one, other) => one.start - other.start || other.end - one.end)) {
    if (start < position || isInvented?.(text.slice(start, end))) continue;
    result += `${text.slice(position, start)}‹${text.slice(start, end)}›`;
    position = end;
  }
  return result + text.slice(position);
}
/** What stands between angle quotes is found, all of it and nothing else. */
export const finds = (detector: Detector, texts: readonly string[]) =>
  test.each(texts)('%s', (text) => expect(marked(detector, text.replace(/[‹›]/g, ''))).toBe(text));

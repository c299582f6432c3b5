import { expect, test } from 'vitest';
import { PackedTexts } from './packed-texts.ts';

test('gives back what was added, in its order, whatever is compressed by now', () => {
  const texts = ['first', '', ...Array.from({ length: 40 }, (_, index) => `${index} ${'é'.repeat(20_000)}`), 'last'];
  const packed = new PackedTexts();
  for (const text of texts) packed.add(text);
  expect([...packed]).toEqual(texts);
  expect([...packed]).toEqual(texts);
  expect([...new PackedTexts()]).toEqual([]);
});

import { inEnglish } from './other-languages.ts';

/** A prompt's sentences in lower case, in English and without markdown; a list item or heading begins a new one, a wrapped line does not. */
export function sentencesOf(prompt: string): string[] {
  const plain = prompt
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll(/[*`]|(?<![a-z])_|_(?![a-z])/g, '')
    .replaceAll(/\r?\n[ \t]*(?=(?:\d+[.)]|[-+•#>])[ \t#]|\r?\n)/g, '.\n')
    .replaceAll(/\s+/g, ' ');
  const sentences = inEnglish(withoutIgnored(plain))
    .split(/(?<=[.!?;])\s+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[a-z]/.test(sentence));
  return sentences.slice(sentences.findLastIndex((sentence) => forgets.test(sentence) && !/\b(?:not|never)\b|n't\b/.test(sentence)) + 1);
}

/** What makes a reader forget all that stands above it. */
const forgets =
  /\b(?:ignore|disregard|forget)\b[^.;]{0,20}\b(?:all|any|every\w*|previous|prior|earlier)\b[^.;]{0,30}\b(?:above|before|previous|prior|earlier|rules|instructions)\b/;

/** A rule that another sentence says is to be ignored, by its number, is none. */
function withoutIgnored(text: string): string {
  return [...text.matchAll(/\b(?:ignore|disregard|skip|drop) rule (\d+)\b/g)].reduce(
    (left, [, number]) => left.replace(new RegExp(`(^|\\s)${number}[.)] .*?(?=\\s\\d+[.)] |$)`), '$1'),
    text,
  );
}

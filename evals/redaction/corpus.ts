import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A personal piece of a sentence: what it is, and where. */
export interface Marked {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** A sentence as a person or a program wrote it, without its marks; one without any is harmless. */
export interface Sentence {
  readonly text: string;
  readonly marked: readonly Marked[];
}

/** `tuned` is what the detectors were made better on, `held-out` a quarter that nobody looked at meanwhile. */
export const parts = ['tuned', 'held-out'] as const;

/** Reads a part of the corpus: a sentence a line, `⟦kind|text⟧` around what is personal, `⏎` for the end of a line in it. */
export function readCorpus(part: (typeof parts)[number]): Sentence[] {
  const file = fileURLToPath(new URL(`corpus/${part}.txt`, import.meta.url));
  return readFileSync(file, 'utf8').trim().split('\n').map(sentence);
}

function sentence(line: string): Sentence {
  const marked: Marked[] = [];
  let text = '';
  for (const piece of line.replaceAll('⏎', '\n').split(/(⟦[^⟧]*⟧)/)) {
    const mark = /^⟦([^|]*)\|(.*)⟧$/s.exec(piece);
    const written = mark?.[2] ?? piece;
    if (mark) marked.push({ kind: mark[1] ?? '', start: text.length, end: text.length + written.length });
    text += written;
  }
  return { text, marked };
}

import { createRequire } from 'node:module';

interface Term {
  readonly tags?: readonly string[];
}

type Compromise = (text: string) => { json(options?: object): readonly { readonly terms?: readonly Term[] }[] };

let compromise: Compromise | undefined;

const furthest = 60;
/** A question takes a millisecond. In a text with more of them than this, what is doubtful is a person. */
const mostQuestions = 500;

/** Asks what a word at the beginning of an English sentence is there: "Mark wants a refund", "Mark the claim as paid". */
export class Tagger {
  #questions = 0;

  /** True when the word that begins at `start` is somebody's name by the words after it. */
  isPerson(text: string, start: number): boolean {
    this.#questions += 1;
    if (this.#questions > mostQuestions) return true;
    compromise ??= createRequire(import.meta.url)('compromise/two') as Compromise;
    const sentence = text.slice(start, start + furthest).split(/[.!?\n]/)[0] ?? '';
    const tags = compromise(sentence).json()[0]?.terms?.[0]?.tags ?? [];
    return tags.includes('Person') || !(tags.includes('Verb') || tags.includes('Noun'));
  }
}

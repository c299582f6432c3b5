/** The different sentences of a text, in order; said twice is said once. A full stop inside a number does not end one. */
export function sentencesOf(text: string): string[] {
  const sentences = new Set<string>();
  let from = 0;
  // One by one: a model may go on for megabytes, mostly with the same words.
  for (const { index, 0: gap } of text.matchAll(/(?<=[.!?])\s+(?=\S)|\n+/g)) {
    sentences.add(plain(text.slice(from, index)));
    from = index + gap.length;
  }
  sentences.add(plain(text.slice(from)));
  sentences.delete('');
  return [...sentences];
}

function plain(sentence: string): string {
  return sentence.replaceAll('’', "'").trim();
}

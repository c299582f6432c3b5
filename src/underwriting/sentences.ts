/** The sentences of a text. A full stop inside a number does not end one. */
export function sentencesOf(text: string): string[] {
  return text
    .replaceAll('’', "'")
    .split(/(?<=[.!?])\s+(?=\S)|\n+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

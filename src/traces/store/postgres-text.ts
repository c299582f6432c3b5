/** A text that PostgreSQL takes: without NUL, and without halves of characters, in whose place stands the sign for what cannot be shown. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

/** Those of some texts that PostgreSQL does not take as they are, as JSON; null where it takes all. */
export function exactTexts(...texts: readonly string[]): string | null {
  return texts.every((text) => storableText(text) === text) ? null : JSON.stringify(texts);
}

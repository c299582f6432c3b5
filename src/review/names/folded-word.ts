/** A word as lists of names are searched: small letters, Latin ones without accents, one kind of apostrophe. */
export function foldedWord(word: string): string {
  const small = word.toLowerCase();
  if (!/[^ -~]/.test(small)) return small;
  return small
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replace(/’/g, "'");
}

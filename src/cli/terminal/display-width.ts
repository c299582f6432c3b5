import { stripVTControlCharacters } from 'node:util';

let segmenter: Intl.Segmenter | undefined;

/** What a person sees as one character. The segmenter is made when it is first needed: it is slow to load. */
function graphemesOf(text: string): Iterable<Intl.SegmentData> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

/** Scripts and forms that terminals show two columns wide (Unicode TR 11), and pictures. */
const wide =
  /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]|[\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6])/u;

/** One column a character, whatever follows: ASCII, Latin letters and the signs that Docket prints itself. Needs no segmenter. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: line breaks may be among them
const narrow = /^[\u0000-\u007F\u00A1-\u00A8\u00AA-\u00AC\u00AF-\u024F–…─✓✗]*$/;

function graphemeWidth(grapheme: string): number {
  if (/^\p{Mark}/u.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}

/** Columns a text takes on a terminal; colours take none. */
export function displayWidth(text: string): number {
  const bare = stripVTControlCharacters(text);
  if (narrow.test(bare)) return bare.length;
  let width = 0;
  for (const { segment } of graphemesOf(bare)) width += graphemeWidth(segment);
  return width;
}

/** Cuts a text without colours to so many columns, between two words where that leaves most of it; what is missing is shown as `…`. */
export function cutTo(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  const head = headOf(text, columns - 1);
  const words = /\s/.test(text.charAt(head.length)) ? head : head.replace(/\s\S*$/u, '');
  return `${(displayWidth(words) * 2 > columns ? words : head).trimEnd()}…`;
}

/** Where a line may break: at blanks, but not between a figure and its unit (`45 %`, `24 ms`), nor at a no-break space. */
const breaks = /(?<!\d)[^\S\u00A0\u202F]+|[^\S\u00A0\u202F]+(?!(?:%|ms|s|pts|points?|MiB|kg)(?![\p{L}\d]))/u;
/** The same of single blanks in a line whose gaps are columns. */
const singleBreaks = /(?<=[^\s\d]) (?=\S)|(?<=\d) (?=\S)(?!(?:%|ms|s|pts|points?|MiB|kg)(?![\p{L}\d]))/u;

/** Where a word that is too long for its line may break: after a sign that joins its parts, as in case ids, paths, JSON and addresses. */
const joints = /(?<=[-_/\\.,;=&|?)}\]])(?=[^-_/\\.,;:=&|?)}\]])(?!(?<=\d[.,])\d)/u;

/** The words of a text: what a line should hold whole. */
export function wordsOf(text: string): string[] {
  return text.split(breaks).filter((part) => part !== '');
}

/** The widest part of a word that nothing breaks but force. */
export function widestPart(word: string): number {
  return Math.max(...word.split(joints).map(displayWidth));
}

/**
 * Breaks a text without colours at spaces into lines of at most so many columns; a longer word is broken at its joints, or where it must be.
 * @param keepsWords leaves longer words whole: a command that is cut in a word is another one
 */
export function wrapTo(text: string, columns: number, keepsWords = false): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of wordsOf(text)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (displayWidth(longer) <= columns) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (!keepsWords && displayWidth(line) > columns) {
      // At least one character a line, however narrow the column is.
      const head = partsOf(line, columns) || headOf(line, columns) || ([...graphemesOf(line)][0]?.segment ?? line);
      if (head === line) break;
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** As many whole parts of a word as fit. */
function partsOf(word: string, columns: number): string {
  let head = '';
  for (const part of word.slice(0, columns * 2).split(joints)) {
    if (displayWidth(head + part) > columns) return head;
    head += part;
  }
  return '';
}

/** A line that gives a command to copy. */
const isCommand = /^ *rerun:? /;

/**
 * Breaks a line as it is printed, colours and all, at single blanks; what follows stands below the last column that wider gaps make. A longer word (JSON, a
 * path) stays whole: the terminal breaks it itself, and it can still be copied as one. A command to run again goes on as the shell reads it.
 */
export function foldTo(line: string, columns: number): string[] {
  if (displayWidth(line) <= columns) return [line];
  const head = /^.{0,24} {2,}(?=\S)/.exec(stripVTControlCharacters(line))?.[0];
  const start = /^ *(?:[✓✗!·*→–-] )?/.exec(stripVTControlCharacters(line))?.[0] ?? '';
  const indent = ' '.repeat(displayWidth(head ?? start) || 2);
  const end = isCommand.test(stripVTControlCharacters(line)) ? ' \\' : '';
  const lines: string[] = [];
  let folded: string | undefined;
  for (const word of line.split(singleBreaks)) {
    const longer: string = folded === undefined ? word : `${folded} ${word}`;
    if (folded === undefined || displayWidth(longer) <= columns - end.length) {
      folded = longer;
      continue;
    }
    lines.push(folded + end);
    folded = indent + word;
  }
  return folded === undefined ? lines : [...lines, folded];
}

/** Fills a text, which may hold colours, with spaces up to so many columns. */
export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

/** As many whole characters from the start as fit. */
function headOf(text: string, columns: number): string {
  let width = 0;
  let head = '';
  for (const { segment } of graphemesOf(text)) {
    width += graphemeWidth(segment);
    if (width > columns) break;
    head += segment;
  }
  return head;
}

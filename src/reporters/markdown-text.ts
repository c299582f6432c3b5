import { clipText } from '../text/clip-text.ts';
import { visibleLine } from '../text/hostile-text.ts';

/** Longest text that a line of a summary quotes. */
const longestText = 300;

/** A zero-width space: unseen, and enough to keep GitHub from linking or mentioning. */
const stop = '\u200b';

/**
 * Text from anywhere (a model, a case, a branch name) as one line of GitHub Markdown that shows it and does nothing: no formatting, HTML,
 * images, links, mentions, issue references or formulas, and nothing that ends a table cell.
 */
export function inertMarkdown(text: string, most = longestText): string {
  return (
    visibleLine(clipText(text, most))
      .replace(active, makeInert)
      // A number with a dot at the start would begin a list.
      .replace(/^(\d+)\./, '$1\\.')
  );
}

function makeInert(piece: string): string {
  switch (piece) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    // The form that GitHub documents for a dollar sign that starts no formula.
    case '$':
      return '<span>$</span>';
    case '@':
      return `@${stop}`;
    case '#':
      return `\\#${stop}`;
    case '://':
      return `:${stop}//`;
  }
  return piece.length > 1 ? `${piece.slice(0, -1)}${stop}${piece.at(-1)}` : `\\${piece}`;
}

/** Everything that GitHub Markdown obeys in running text. `www.` and `GH-1` make links as well. */
const active = /:\/\/|www\.|gh-(?=\d)|[&<>$@#\\`*_{}[\]()!|~+^=:-]/gi;

/** Text as inline code, for names and commands: nothing inside is obeyed. A fence longer than any run of backticks inside holds it. */
export function inertCode(text: string, most = longestText): string {
  const line = visibleLine(clipText(text, most)) || ' ';
  const longest = [...line.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0);
  const fence = '`'.repeat(longest + 1);
  const padding = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  // A table is split into cells before code is looked for.
  return `${fence}${padding}${line.replaceAll('|', '\\|')}${padding}${fence}`;
}

/** Rows as a table; cells must be Markdown already. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)];
}

/** Size in bytes, as GitHub counts it. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

import { largestOf } from '../../stats/extremes.ts';
import { displayWidth, padTo, widestPart, wordsOf, wrapTo } from './display-width.ts';
import type { Output, Style } from './terminal.ts';

/** A piece of a cell, on lines of its own; wrapped when it is too long. Text is plain: colour comes from `style`. */
export interface CellPart {
  readonly text: string;
  readonly style?: Style;
}

/** A cell is one or more parts below each other. */
export type Cell = readonly CellPart[];

/** A table whose first column names the rows. */
export interface Table {
  readonly header: readonly Cell[];
  /** Groups of rows; a rule is drawn between groups. */
  readonly groups: readonly (readonly (readonly Cell[])[])[];
  /** The names of the rows are there to be typed: they get the room that they need before the other columns do. */
  readonly wholeNames?: boolean;
}

const gap = 2;
const narrowest = 11;
/** A word up to so long stays whole in its column; a longer one may break at its joints. */
const longestWord = 24;

/** Draws a table within the output's width. Columns wrap between words; where there are too many for that, each row stands as a list of its own. */
export function tableLines(table: Table, output: Output): string[] {
  const widths = columnWidths(table, output.columns - 1);
  if (!widths) return listLines(table, output);
  const rule = output.style('dim', ` ${widths.map((width) => '─'.repeat(width)).join(' '.repeat(gap))}`);
  return [
    ...rowLines(table.header, widths, output),
    ...table.groups
      .filter((group) => group.length > 0)
      .flatMap((group) => [rule, ...group.flatMap((row) => rowLines(row, widths, output))]),
  ];
}

/** Every column gets what it wants if that fits; otherwise the first gives way down to a third, and the others share what is left. Undefined: no room for whole words. */
function columnWidths({ header, groups, wholeNames }: Table, available: number): number[] | undefined {
  const columns = header.map((_, column) => [header, ...groups.flat()].flatMap((row) => (row[column] ?? []).map(({ text }) => text)));
  const wanted = columns.map((texts) => largestOf([1, ...texts.map(displayWidth)]));
  const least = columns.map((texts, column) => largestOf([1, ...texts.flatMap(wordsOf).map((word) => leastWidth(word, column))]));
  const room = available - gap * (header.length - 1);
  const [first = 1, ...others] = wanted;
  if (others.length === 0) return [Math.min(first, room)];
  const [leastFirst = 1, ...leastOthers] = least;
  if (sum(least) > room) return;
  const mostFirst = Math.max(wholeNames ? room - sum(leastOthers) : Math.floor(room / 3), room - sum(others), leastFirst);
  const firstWidth = Math.min(first, mostFirst, room - sum(leastOthers));
  return [firstWidth, ...shareOut(others, leastOthers, room - firstWidth)];
}

function leastWidth(word: string, column: number): number {
  const width = displayWidth(word);
  if (column > 0 && width <= longestWord) return width;
  return Math.min(width, Math.max(Math.min(widestPart(word), longestWord), narrowest));
}

/** Narrow columns get what they want, the wide ones share the rest evenly; none gets less than its longest word. */
function shareOut(wanted: readonly number[], least: readonly number[], room: number): number[] {
  const widths = new Map<number, number>();
  let left = room;
  let owed = sum(least);
  for (const [rank, column] of [...wanted.keys()].sort((one, other) => (wanted[one] ?? 0) - (wanted[other] ?? 0)).entries()) {
    const atLeast = least[column] ?? 1;
    owed -= atLeast;
    const share = Math.max(atLeast, Math.min(Math.floor(left / (wanted.length - rank)), left - owed));
    const width = Math.min(wanted[column] ?? 1, share);
    widths.set(column, width);
    left -= width;
  }
  return wanted.map((_, column) => widths.get(column) ?? 1);
}

function rowLines(row: readonly Cell[], widths: readonly number[], output: Output): string[] {
  const cells = row.map((cell, column) => cellLines(cell, widths[column] ?? 1, output));
  const height = Math.max(...cells.map((lines) => lines.length));
  return [...Array(height).keys()].map((index) =>
    ` ${cells.map((lines, column) => padTo(lines[index] ?? '', widths[column] ?? 1)).join(' '.repeat(gap))}`.trimEnd(),
  );
}

/** Each row by itself: its name, and below it a line for each column. */
function listLines({ header, groups }: Table, output: Output): string[] {
  const names = header.map((cell) => cell.map(({ text }) => text).join(' '));
  const nameWidth = Math.min(Math.max(...names.slice(1).map(displayWidth)), longestWord);
  const room = Math.max(output.columns - nameWidth - 6, narrowest);
  const listOf = ([first = [], ...others]: readonly Cell[]): string[] => [
    ...cellLines(first, output.columns - 2, output).map((line) => ` ${line}`),
    ...others.flatMap((cell, column) => {
      // In a list an empty place says nothing.
      if (cell.every(({ text }) => text === '')) return [];
      const name = wrapTo(names[column + 1] ?? '', nameWidth);
      const lines = cellLines(cell, room, output);
      return [...Array(Math.max(name.length, lines.length)).keys()].map((index) =>
        `   ${output.style('dim', padTo(name[index] ?? '', nameWidth))}  ${lines[index] ?? ''}`.trimEnd(),
      );
    }),
    '',
  ];
  return groups.flat().flatMap(listOf);
}

function cellLines(cell: Cell, width: number, output: Output): string[] {
  return cell.flatMap(({ text, style }) => wrapTo(text, width).map((line) => (style ? output.style(style, line) : line)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

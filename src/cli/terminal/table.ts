import { cutTo, displayWidth, padTo, wrapTo } from './display-width.ts';
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
  /** The names of the rows are there to be typed: they get the room that they need before the other columns do, and wrap rather than lose their end. */
  readonly wholeNames?: boolean;
}

const gap = 2;
const narrowest = 11;

/** Draws a table within the output's width. The first column is cut with `…` when it must be (see `wholeNames`), the others wrap. */
export function tableLines(table: Table, output: Output): string[] {
  const widths = columnWidths(table, output.columns - 1);
  const rule = output.style('dim', ` ${widths.map((width) => '─'.repeat(width)).join(' '.repeat(gap))}`);
  return [
    ...rowLines(table, table.header, widths, output),
    ...table.groups
      .filter((group) => group.length > 0)
      .flatMap((group) => [rule, ...group.flatMap((row) => rowLines(table, row, widths, output))]),
  ];
}

/** Every column gets what it wants if that fits; otherwise the first gives way down to a third, and the others share what is left. */
function columnWidths({ header, groups, wholeNames }: Table, available: number): number[] {
  const wanted = header.map((_, column) =>
    Math.max(...[header, ...groups.flat()].flatMap((row) => (row[column] ?? []).map(({ text }) => displayWidth(text))), 1),
  );
  const room = available - gap * (header.length - 1);
  const [first = 1, ...others] = wanted;
  if (others.length === 0) return [Math.min(first, room)];
  const leastOthers = sum(others.map((width) => Math.min(width, narrowest)));
  const mostFirst = Math.max(wholeNames ? room - leastOthers : Math.floor(room / 3), room - sum(others), narrowest);
  const firstWidth = Math.min(first, mostFirst);
  return [firstWidth, ...shareOut(others, Math.max(room - firstWidth, leastOthers))];
}

/** Narrow columns get what they want, the wide ones share the rest evenly. */
function shareOut(wanted: readonly number[], room: number): number[] {
  const widths = new Map<number, number>();
  let left = room;
  for (const [rank, column] of [...wanted.keys()].sort((one, other) => (wanted[one] ?? 0) - (wanted[other] ?? 0)).entries()) {
    const width = Math.min(wanted[column] ?? 1, Math.floor(left / (wanted.length - rank)));
    widths.set(column, width);
    left -= width;
  }
  return wanted.map((_, column) => widths.get(column) ?? 1);
}

function rowLines({ wholeNames }: Table, row: readonly Cell[], widths: readonly number[], output: Output): string[] {
  const cells = row.map((cell, column) => {
    const width = widths[column] ?? 1;
    return cell.flatMap(({ text, style }) =>
      (column === 0 && !wholeNames ? [cutTo(text, width)] : wrapTo(text, width)).map((line) => (style ? output.style(style, line) : line)),
    );
  });
  const height = Math.max(...cells.map((lines) => lines.length));
  return [...Array(height).keys()].map((index) =>
    ` ${cells.map((lines, column) => padTo(lines[index] ?? '', widths[column] ?? 1)).join(' '.repeat(gap))}`.trimEnd(),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

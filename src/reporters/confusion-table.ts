import type { Confusion } from '../contracts/confusion.ts';
import type { JsonValue } from '../contracts/json.ts';
import { amount, count } from '../text/figures.ts';
import { visibleLine } from '../text/hostile-text.ts';

/** A cell of the matrix: how many trials, and whether these were wrong, or did harm. */
export interface ConfusionCell {
  /** `3`, `2 !` where these did harm by what the agent declares; empty where there are none. */
  readonly text: string;
  readonly tone: 'right' | 'wrong' | 'harm' | 'none';
}

/** The confusion matrix as a table: a row for each outcome that is right, a column for each that was decided. */
export interface ConfusionTable {
  readonly title: string;
  /** The first stands over the rows' names. */
  readonly header: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly ConfusionCell[] }[];
  /** What the marks mean; absent where there are none. */
  readonly note?: string;
}

/** Longest name of an outcome, in characters. */
const longestName = 24;

/** More outcomes than this are not read any more. */
const mostOutcomes = 8;

/**
 * The matrix, for whoever renders it; undefined where it says nothing that a pass rate does not say: there are two outcomes and none was taken for the
 * other.
 */
export function confusionTable(confusion: Confusion | undefined): ConfusionTable | undefined {
  if (!confusion) return undefined;
  const { field, cells } = confusion;
  const names = (values: readonly JsonValue[]) => [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
  const rows = names(cells.map(({ expected }) => expected));
  const columns = names([...rows, ...cells.flatMap(({ decided }) => (decided === undefined ? [] : [decided]))]);
  if (columns.length > mostOutcomes || (columns.length < 3 && !cells.some(({ wrong }) => wrong))) return undefined;
  const undecided = cells.some(({ decided }) => decided === undefined);
  const harmful = cells.some(({ harm = 0 }) => harm > 0);
  const weight = cells.reduce((sum, { harm = 0, trials }) => sum + harm * trials, 0);
  return {
    title: `What was decided (${visibleLine(field)})`,
    header: ['expected', ...columns.map(nameOf), ...(undecided ? ['no decision'] : [])],
    rows: rows.map((expected) => {
      const own = cells.filter((cell) => same(cell.expected, expected));
      const cellFor = (decided: JsonValue | undefined): ConfusionCell => {
        const found = own.filter((cell) =>
          decided === undefined ? cell.decided === undefined : cell.decided !== undefined && same(cell.decided, decided),
        );
        const trials = found.reduce((sum, cell) => sum + cell.trials, 0);
        if (trials === 0) return { text: '', tone: 'none' };
        if (found.some(({ harm = 0 }) => harm > 0)) return { text: `${count(trials)} !`, tone: 'harm' };
        return { text: count(trials), tone: decided !== undefined && found.every(({ wrong }) => !wrong) ? 'right' : 'wrong' };
      };
      return { name: nameOf(expected), cells: [...columns.map(cellFor), ...(undecided ? [cellFor(undefined)] : [])] };
    }),
    ...(harmful ? { note: `! does harm, as the agent declares it: ${amount(weight)} in all by its weights` } : {}),
  };
}

function same(one: JsonValue, other: JsonValue): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function nameOf(value: JsonValue): string {
  const text = visibleLine(typeof value === 'string' ? value || '""' : JSON.stringify(value));
  return text.length > longestName ? `${text.slice(0, longestName)}…` : text;
}

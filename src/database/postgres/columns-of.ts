import type { PostgresValue } from './postgres-database.ts';

type Cell = string | number | null;

/** Items as the lists of their columns: the parameters of `unnest`. */
export function columnsOf<Item>(items: readonly Item[], ...cells: ((item: Item) => Cell)[]): PostgresValue[] {
  return cells.map((cell) => items.map(cell));
}

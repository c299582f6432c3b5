/** A row for one of several that were asked for; the first has the number 1. */
interface ItemRow {
  readonly item: number;
}

/** One value for each that was asked for. */
export function valueByItem<Row extends ItemRow, Value>(
  wanted: readonly unknown[],
  rows: readonly Row[],
  otherwise: Value,
  read: (row: Row) => Value,
): Value[] {
  const values = wanted.map(() => otherwise);
  for (const row of rows) values[row.item - 1] = read(row);
  return values;
}

/** The rows of each that was asked for. */
export function rowsByItem<Row extends ItemRow>(wanted: readonly unknown[], rows: readonly Row[]): Row[][] {
  const groups: Row[][] = wanted.map(() => []);
  for (const row of rows) groups[row.item - 1]?.push(row);
  return groups;
}

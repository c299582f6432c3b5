import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { PageCase, PageColumn, PageTrial } from './page-data.ts';
import { unpackTrial } from './page-data.ts';

/** The columns of the report that is shown, and which of them is judged. */
export interface Columns {
  readonly columns: readonly PageColumn[];
  readonly judged: number;
}

export const ColumnsContext = createContext<Columns>({ columns: [], judged: 0 });

export function useColumns(): Columns {
  return useContext(ColumnsContext);
}

/** The trials of a case in one column. */
export function trialsOf({ arms }: Pick<PageCase, 'arms'>, columns: readonly PageColumn[], column: number): PageTrial[] {
  return (arms[column]?.trials ?? []).map((packed) => unpackTrial(column, columns[column]?.key ?? '', packed));
}

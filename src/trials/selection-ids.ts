import { SelectionMap } from './selection-map.ts';
import type { TrialStatements } from './trial-statements.ts';
import type { TrialSelection } from './trial-store.ts';

/** Ids that are kept: more than anybody asks for in turn. */
const mostKnown = 4096;

/** The ids that stand for selections in the database; those of the last ones are not looked up again. */
export class SelectionIds {
  readonly #statements: TrialStatements;
  readonly #ids = new SelectionMap<number>();
  #known = 0;

  constructor(statements: TrialStatements) {
    this.#statements = statements;
  }

  /** Undefined when nothing was ever written for the selection. */
  find(selection: TrialSelection): number | undefined {
    const known = this.#ids.get(selection);
    if (known !== undefined) return known;
    const row = this.#statements.selection.get(...values(selection)) as { id: number } | undefined;
    if (row) this.#keep(selection, row.id);
    return row?.id;
  }

  findOrAdd(selection: TrialSelection): number {
    const known = this.find(selection);
    if (known !== undefined) return known;
    this.#statements.addSelection.run(...values(selection));
    return this.find(selection) as number;
  }

  /** After a transaction was rolled back: what it added is gone. */
  forget(): void {
    this.#ids.clear();
    this.#known = 0;
  }

  #keep(selection: TrialSelection, id: number): void {
    if (this.#known === mostKnown) this.forget();
    this.#ids.set(selection, id);
    this.#known += 1;
  }
}

function values({ versionFingerprint, caseFingerprint, series }: TrialSelection): [string, string, string] {
  return [versionFingerprint, caseFingerprint, series];
}

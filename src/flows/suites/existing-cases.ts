import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, caseSchema } from '../../contracts/case.ts';
import { readCheckoutFile, repositoryAround } from '../../contracts/checkout-file.ts';
import { type Draft, draftSchema } from '../../contracts/draft.ts';
import { draftFile, draftFolder } from '../promote/draft-files.ts';

/** What is there already under a row's name. */
export type Existing =
  | { readonly kind: 'case'; readonly case: Case; readonly file: string }
  | { readonly kind: 'draft'; readonly draft: Draft; readonly file: string }
  /** A file of that name that is no case. */
  | { readonly kind: 'other'; readonly file: string };

/** Where the cases and drafts of a folder came from. Few words a case are kept: there may be a hundred thousand. */
export class ExistingCases {
  readonly #cases: string;
  readonly #within: string;
  /** Names of cases and drafts by the rows that they were imported from. */
  readonly #caseOfRow = new Map<string, string>();
  readonly #draftOfRow = new Map<string, string>();
  readonly #files = new Map<string, string>();
  readonly #titles = new Map<string, string>();
  readonly #names: ReadonlySet<string>;
  #goneByTitle: ReadonlyMap<string, readonly string[]> | undefined;
  readonly #drafts: ReadonlySet<string>;

  constructor(cases: string) {
    this.#cases = cases;
    this.#within = repositoryAround(cases);
    this.#names = new Set(jsonNames(cases));
    this.#drafts = new Set(jsonNames(draftFolder(cases)));
    for (const name of this.#names) {
      const found = this.#read(join(cases, `${name}.json`), caseSchema);
      if (found?.origin.kind !== 'imported') continue;
      this.#caseOfRow.set(found.origin.row, name);
      this.#files.set(name, found.origin.file);
      this.#titles.set(name, found.title);
    }
    for (const name of this.#drafts) {
      const row = this.#read(draftFile(cases, name), draftSchema)?.imported?.row;
      if (row !== undefined) this.#draftOfRow.set(row, name);
    }
  }

  /** What a row became earlier, or what has its name. A case counts before a draft. */
  of(row: string): Existing | undefined {
    const name = this.#caseOfRow.get(row) ?? row;
    if (this.#names.has(name)) {
      const file = join(this.#cases, `${name}.json`);
      const found = this.#read(file, caseSchema);
      return found ? { kind: 'case', case: found, file } : { kind: 'other', file };
    }
    const drafted = this.#draftOfRow.get(row) ?? row;
    if (!this.#drafts.has(drafted)) return undefined;
    const file = draftFile(this.#cases, drafted);
    const draft = this.#read(file, draftSchema);
    return draft ? { kind: 'draft', draft, file } : { kind: 'other', file };
  }

  /** The only case of a file's earlier import with that title whose row is not in the file any more: the row's input has changed since. */
  formerly(file: string, title: string, rows: { has(row: string): boolean }): Existing | undefined {
    this.#goneByTitle ??= Map.groupBy(this.gone(file, rows), (name) => this.#titles.get(name) ?? '');
    const [only, ...others] = this.#goneByTitle.get(title) ?? [];
    if (only === undefined || others.length > 0) return undefined;
    const path = join(this.#cases, `${only}.json`);
    const found = this.#read(path, caseSchema);
    return found ? { kind: 'case', case: found, file: path } : undefined;
  }

  /** Names of the cases that an earlier import of a file made of rows that are not among these. */
  gone(file: string, rows: { has(row: string): boolean }): string[] {
    return [...this.#caseOfRow].flatMap(([row, name]) => (this.#files.get(name) === file && !rows.has(row) ? [name] : []));
  }

  #read<Value>(file: string, schema: { safeParse(value: unknown): { data?: Value | undefined } }): Value | undefined {
    const read = readCheckoutFile(file, this.#within);
    if ('fault' in read) return undefined;
    try {
      return schema.safeParse(JSON.parse(read.text)).data;
    } catch {
      return undefined;
    }
  }
}

function jsonNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) =>
    file.endsWith('.json') && file !== 'case.schema.json' ? [file.slice(0, -'.json'.length)] : [],
  );
}

import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import { fitRow, type WantedFields } from '../../suites/fit-row.ts';
import { contentHash, type RowContent } from '../../suites/row-content.ts';
import { oneLine, rowName, rowTitle } from '../../suites/row-name.ts';
import type { SuiteMapping } from '../../suites/suite-mapping.ts';
import type { SuiteItem, SuiteNote, SuitePlace } from '../../suites/suite-row.ts';

/** A row with its name and what its case would hold. */
export interface NamedRow extends SuitePlace {
  readonly kind: 'named';
  readonly name: string;
  /** False where the name is made of the input. */
  readonly ownId: boolean;
  /** False where the title is made of the input. */
  readonly ownTitle: boolean;
  readonly content: RowContent;
  readonly unfinished: boolean;
  readonly notes: readonly SuiteNote[];
}

/** A row that will not become a case, and why. */
export interface LeftRow extends SuitePlace {
  readonly kind: 'left';
  readonly reason: string;
}

/** What rows are fitted by. */
export interface FitPlan {
  readonly wanted: WantedFields;
  readonly mapping: SuiteMapping;
  readonly prefix: string;
}

/** One item of a suite as a row of this project; undefined for what is said of the suite as a whole. */
export function namedRow(item: SuiteItem, { wanted, mapping, prefix }: FitPlan): NamedRow | LeftRow | undefined {
  if (item.kind === 'suite') return undefined;
  const place = { line: item.line, ...(item.file === undefined ? {} : { file: item.file }) };
  if (item.kind === 'unread') return { kind: 'left', ...place, reason: item.reason };
  const fitted = fitRow(item, wanted, mapping);
  if (fitted.kind === 'unfit') return { kind: 'left', ...place, reason: fitted.reason };
  const { id, title, tags, critical, input, decision, unfinished, notes } = fitted;
  return {
    kind: 'named',
    ...place,
    name: rowName(id, input, prefix),
    ownId: id !== undefined,
    ownTitle: title !== undefined,
    content: {
      title: title === undefined ? rowTitle(input) : oneLine(title) || rowTitle(input),
      input,
      ...(decision ? { decision } : {}),
      ...(tags && tags.length > 0 ? { tags } : {}),
      ...(critical ? { critical } : {}),
    },
    unfinished,
    notes,
  };
}

/** What is known of the rows of one name; hashes only, because there may be a hundred thousand. */
interface Seen {
  readonly places: SuitePlace[];
  readonly whole: string;
  decision: string | undefined;
  /** Which of the rows becomes the case. */
  winner: number;
  contradicts: boolean;
}

/** Which rows share a name: a first reading of the whole file, before anything is written. */
export class Survey {
  readonly #seen = new Map<string, Seen>();
  /** How many names have a title. */
  readonly #titles = new Map<string, number>();
  #rows = 0;

  add(row: NamedRow): void {
    const index = this.#rows;
    this.#rows += 1;
    const place = { line: row.line, ...(row.file === undefined ? {} : { file: row.file }) };
    const decision = row.content.decision && sha256(canonicalJson(row.content.decision));
    const whole = contentHash(row.content);
    const seen = this.#seen.get(row.name);
    if (!seen) {
      if (!row.ownId && row.ownTitle) this.#titles.set(row.content.title, (this.#titles.get(row.content.title) ?? 0) + 1);
      this.#seen.set(row.name, { places: [place], whole, decision, winner: index, contradicts: false });
      return;
    }
    seen.places.push(place);
    if (row.ownId) seen.contradicts ||= whole !== seen.whole;
    else if (decision !== undefined && seen.decision === undefined) Object.assign(seen, { decision, winner: index });
    else seen.contradicts ||= decision !== undefined && decision !== seen.decision;
  }

  /** Why the row that was added as this one becomes no case; undefined when it does. */
  fault(row: NamedRow, index: number): string | undefined {
    const seen = this.#seen.get(row.name);
    if (!seen || seen.places.length === 1) return undefined;
    const lines = seen.places.map(({ line, file }) => (file === undefined ? `${line}` : `${file}:${line}`)).slice(0, 10);
    const where = `lines ${lines.join(', ')}${seen.places.length > lines.length ? ' and more' : ''}`;
    if (seen.contradicts)
      return row.ownId
        ? `the id of ${row.name} is on ${where}, with different content: give each its own id`
        : `the same input is on ${where}, with different labels: decide which is right`;
    return index === seen.winner ? undefined : `it says the same as another row (${where})`;
  }

  /** True when the row has no id, and its title is no other row's: then the title says which row it is when the input has changed. */
  isKnownByTitle({ ownId, ownTitle, content }: NamedRow): boolean {
    return !ownId && ownTitle && this.#titles.get(content.title) === 1;
  }

  has(name: string): boolean {
    return this.#seen.has(name);
  }
}

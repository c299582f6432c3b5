import type { ImportNote } from '../contracts/case.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';

/** What a file says that Docket has no place for. `untranslated` would have judged or changed the run; `kept` only says something about it. */
export interface SuiteNote extends ImportNote {
  readonly kind: 'untranslated' | 'kept';
  /** Where it stands in another file than the one that was imported. */
  readonly file?: string;
}

/** Where something stands. */
export interface SuitePlace {
  readonly line: number;
  /** Set where it is another file than the one that was imported. */
  readonly file?: string;
}

/** One test, example or line of a suite, as its format reads it. Which of the agent's fields its values are for is not decided here. */
export interface SuiteRow extends SuitePlace {
  readonly kind: 'row';
  /** The source's own id. */
  readonly id?: string;
  readonly title?: string;
  readonly tags?: readonly string[];
  readonly critical?: boolean;
  /** What the format calls the input, and what it calls the expected output. */
  readonly input?: JsonValue;
  readonly expected?: JsonValue;
  /** Values of which the format does not say whether they are input or expected: the columns of a table. */
  readonly fields?: JsonObject;
  /** The whole record; what paths of a mapping are read in. */
  readonly record: JsonObject;
  /** Where values are the cells of a table: text whose type the agent's schema says; in Docket's own table some are written as JSON texts. */
  readonly cells?: 'table' | 'docket';
  /** Names of input fields whose text is a template that the source's tool would fill in. */
  readonly templates?: readonly string[];
  readonly notes: readonly SuiteNote[];
}

/** A row that is none. */
export interface UnreadRow extends SuitePlace {
  readonly kind: 'unread';
  readonly reason: string;
}

/** Said of the suite as a whole. */
export interface SuiteWide {
  readonly kind: 'suite';
  readonly note: SuiteNote;
}

export type SuiteItem = SuiteRow | UnreadRow | SuiteWide;

import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { SpanPage } from '../importers/importer.ts';

/** A way to write traces into a file that is not OTLP. */
export interface FileFormat {
  /** As people write it. */
  readonly title: string;
  /** True when a record is in it. */
  recognises(record: JsonObject): boolean;
  /** A record with the name of the agent that it does not say itself, where a format has a place for it. */
  named?(record: JsonValue, agent: string): JsonValue;
  /**
   * Reads all of it.
   * @param records the file's values: the lines of a file of JSON lines, the entries of a list, or the one object
   */
  read(records: readonly JsonValue[]): SpanPage;
}

/** What a file shows of itself before it is read: enough to tell whose it is. */
export interface SuiteSample {
  readonly container: 'json' | 'jsonl' | 'yaml' | 'csv';
  /** Keys at the top of the document; none for a list or for lines. */
  readonly keys: readonly string[];
  /** Keys of the first records, or the columns of a table. */
  readonly columns: readonly string[];
}

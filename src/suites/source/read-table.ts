import { Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { DocketError } from '../../contracts/docket-error.ts';
import type { SourceRecord } from './read-json.ts';

/** Longest row, in characters: a quotation mark that nobody closed takes in the rest of the file. */
const longestRow = 4 * 1024 * 1024;
const chunk = 64 * 1024;

/** The columns of a table: its first line that is not blank. */
export async function tableColumns(text: string): Promise<string[]> {
  for await (const { cells } of tableRows(text)) return columnNames(cells);
  return [];
}

/**
 * The rows of a table as records of text; a cell that is empty is a member that is not there. A row that has more cells than there are columns is
 * none, because nobody can say whose they are.
 * @throws {DocketError} when two columns have one name
 */
export async function* tableRecords(text: string, file: string): AsyncGenerator<SourceRecord> {
  let columns: string[] | undefined;
  for await (const { cells, line, fault } of tableRows(text)) {
    if (fault !== undefined) yield { line, fault };
    else if (!columns) {
      columns = columnNames(cells);
      const twice = columns.find((name, index) => name !== '' && columns?.indexOf(name) !== index);
      if (twice !== undefined) throw new DocketError(`${file}:${line}: two columns are called "${twice}". Rename one of them.`);
    } else if (cells.length > columns.length)
      yield { line, fault: `it has ${cells.length} cells, but there are ${columns.length} columns` };
    else {
      const names = columns;
      yield {
        line,
        value: Object.fromEntries(cells.flatMap((cell, index) => (cell === '' ? [] : [[names[index] || `column ${index + 1}`, cell]]))),
      };
    }
  }
}

interface TableRow {
  readonly cells: readonly string[];
  readonly line: number;
  readonly fault?: string;
}

async function* tableRows(text: string): AsyncGenerator<TableRow> {
  const skipped: TableRow[] = [];
  const rows = Readable.from(chunks(text), { objectMode: false }).pipe(
    parse({
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      max_record_size: longestRow,
      skip_empty_lines: true,
      // An error of the stream would take the rows before it along.
      skip_records_with_error: true,
      on_skip(error) {
        const { code = '', lines = 1 } = (error ?? {}) as Partial<CsvError> & { readonly lines?: number };
        skipped.push({ cells: [], line: Math.max(1, lines), fault: faults[code] ?? `it cannot be read as a row of a table (${code})` });
      },
    }),
  );
  for await (const { record, info } of rows as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
    // The parser says where a row ends; its cells may hold line breaks.
    const inside = record.reduce((lines, cell) => lines + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0);
    if (record.some((cell) => cell.trim() !== '')) yield { cells: record, line: info.lines - inside };
  }
  yield* skipped;
}

/** By the parser's codes. */
const faults: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quotation mark is opened and never closed, so the rest of the table cannot be read',
  CSV_MAX_RECORD_SIZE:
    'a row has more than 4 million characters (perhaps a quotation mark that is never closed), so the rest cannot be read',
};

function* chunks(text: string): Generator<Buffer> {
  for (let at = 0; at < text.length; ) {
    // Both halves of a character stay together.
    const end = at + chunk;
    const cut = end < text.length && /[\ud800-\udbff]/.test(text[end - 1] ?? '') ? end - 1 : end;
    yield Buffer.from(text.slice(at, cut), 'utf8');
    at = cut;
  }
}

function columnNames(cells: readonly string[]): string[] {
  return cells.map((cell) => cell.trim());
}

/** The sign that the header line has most of, outside of quotation marks. */
function delimiterOf(text: string): string {
  const header = /^\s*(?:"[^"]*"|[^"\n])*/.exec(text.slice(0, chunk))?.[0].trim() ?? '';
  const bare = header.replace(/"[^"]*"/g, '');
  const counts = [',', ';', '\t'].map((sign) => ({ sign, count: bare.split(sign).length }));
  return counts.reduce((best, each) => (each.count > best.count ? each : best)).sign;
}

import { jsonPieces } from '../contracts/json-pieces.ts';
import type { Report } from '../contracts/verdict.ts';
import { visibleText } from '../text/hostile-text.ts';
import { type Reporter, reporterOf } from './reporter.ts';

/**
 * `reports/verdict.json`: the report as it is, for machines. Characters that a terminal would obey are written as JSON escapes, which are
 * the same characters to a reader of JSON.
 */
export const json: Reporter = reporterOf({ name: 'json', file: 'verdict.json', pieces });

function* pieces(report: Report): Generator<string> {
  for (const piece of jsonPieces(report, 1)) yield visibleText(piece);
  yield '\n';
}

import { jsonPieces } from '../contracts/json-pieces.ts';
import type { Report } from '../contracts/verdict.ts';
import { visibleText } from '../text/hostile-text.ts';
import { type Reporter, reporterOf } from './reporter.ts';

/**
 * `reports/verdict.json`: the report as it is, for machines. Characters that a terminal would obey are written as JSON escapes, which are
 * the same characters to a reader of JSON.
 */
export const json: Reporter = reporterOf({ name: 'json', file: 'verdict.json', pieces });

/** In UTF-16 units: to look at each of very many short pieces takes longer than to look at all. */
const lookedAtOnce = 16 * 1024;

function* pieces(report: Report): Generator<string> {
  let open = '';
  for (const piece of jsonPieces(report, 1)) {
    open += piece;
    if (open.length < lookedAtOnce) continue;
    yield visibleText(open);
    open = '';
  }
  yield `${visibleText(open)}\n`;
}

import { isCompared, type Report } from '../contracts/verdict.ts';
import { pageDocument } from './page-document.ts';
import { packingPage } from './page-pack.ts';
import { type Reporter, reporterOf } from './reporter.ts';
import { headlineOf, sentenceOf } from './words.ts';

/** Most bytes of details, which leaves room for index and program in a page of 5 MB. */
export const detailLimit = 3_500_000;

/** The report as one page. */
export const html: Reporter = reporterOf({ name: 'html', file: 'report.html', pieces });

function* pieces(report: Report): Generator<string> {
  const { index, chunks } = yield* packingPage(report, { bytes: detailLimit });
  const { name } = headlineOf(report);
  yield* pageDocument({
    title: `${name}${'agent' in report ? ` · ${report.agent}` : ''} · Docket`,
    heading: name,
    sentence: sentenceOf(report, isCompared(report) ? report.cases : []),
    data: index(),
    chunks,
  });
}

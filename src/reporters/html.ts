import { isCompared, type Report } from '../contracts/verdict.ts';
import { pageDocument } from './page-document.ts';
import { packingPage } from './page-pack.ts';
import type { Reporter } from './reporter.ts';
import { headlineOf, sentenceOf } from './words.ts';

/** Most bytes of details, which leaves room for index and program in a page of 5 MB. */
export const detailLimit = 3_500_000;

/** The report as one page. */
export const html: Reporter = {
  name: 'html',
  file: 'report.html',
  render: (report) => [...pieces(report)].join(''),
  pieces,
};

/** Many are empty: a page is long in the making. */
function* pieces(report: Report): Generator<string> {
  const { index, chunks } = yield* packingPage(report, { bytes: detailLimit });
  const { name } = headlineOf(report);
  yield pageDocument({
    title: `${name}${'agent' in report ? ` · ${report.agent}` : ''} · Docket`,
    heading: name,
    sentence: sentenceOf(report, isCompared(report) ? report.cases : []),
    data: index,
    chunks,
  });
}
